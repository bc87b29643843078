using EdgeSync.Hq.Boards;
using EdgeSync.Hq.Fleets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace EdgeSync.Hq.Tests.Boards;

public sealed class BoardQueryTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 5, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ToLink_OfWhatWasRead_ReadsTheSame()
    {
        var query = Read(new() { ["selector"] = "squadron in (7,8),!spare", ["fleet"] = "wing", ["state"] = "noGo", ["page"] = "2", ["pageSize"] = "9999" });

        var link = query.ToLink();

        Assert.Equal((BoardState.NoGo, 2, BoardQuery.MaxPageSize), (query.State, query.Page, query.PageSize));
        Assert.Equal("/board?selector=squadron%20in%20(7,8),!spare&fleet=wing&state=noGo&page=2&pageSize=500", link);
        Assert.Equal(query, Read(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(link[link.IndexOf('?', StringComparison.Ordinal)..])));
    }

    [Fact]
    public void Problem_OfASelectorThatCannotBeRead_SaysWhatToWrite() =>
        Assert.Contains("k in (a,b)", Read(new() { ["selector"] = "squadron in 7" }).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("06:30", "12", "2026-11-30T06:30:00Z", 12)]
    [InlineData("04:00", "", "2026-12-01T04:00:00Z", null)]
    [InlineData("", "", null, null)]
    [InlineData("2026-12-02T06:30:00Z", "1", "2026-12-02T06:30:00Z", 1)]
    public void Terms_Valid_AreTheNextSuchTime(string deadline, string mission, string? until, int? hours)
    {
        var terms = PreflightTerms.TryRead(deadline, mission, Now, out var problem);

        Assert.Null(problem);
        Assert.Equal(new PreflightTerms(until is null ? null : DateTimeOffset.Parse(until, null), hours), terms);
    }

    [Theory]
    [InlineData("half past six", "", "is no deadline")]
    [InlineData("2026-11-30T04:59:00Z", "", "is over")]
    [InlineData("2026-12-09T06:30:00Z", "", "more than 7 days away")]
    [InlineData("", "long", "whole number of hours")]
    [InlineData("", "0", "lasts 1 to 8784 hours")]
    public void Terms_Invalid_SaysWhatIsWrong(string deadline, string mission, string words)
    {
        Assert.Null(PreflightTerms.TryRead(deadline, mission, Now, out var problem));
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    private static BoardQuery Read(Dictionary<string, StringValues> values) => BoardQuery.Read(new QueryCollection(values));
}
