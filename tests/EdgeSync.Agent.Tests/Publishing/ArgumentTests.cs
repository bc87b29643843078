using EdgeSync.Agent.Publishing;
using EdgeSync.Contracts.Releases;

namespace EdgeSync.Agent.Tests.Publishing;

public sealed class ArgumentTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 2, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("30d", "2026-12-21T02:00:00Z")]
    [InlineData("1h30m", "2026-11-21T03:30:00Z")]
    [InlineData("2026-12-24T18:00:00Z", "2026-12-24T18:00:00Z")]
    [InlineData("2026-12-24T18:00:00+01:00", "2026-12-24T17:00:00Z")]
    public void Time_Valid_IsAMoment(string text, string expected) =>
        Assert.Equal(expected, TimeArgument.TryParse(text)!.From(Now).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null));

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("-1d")]
    [InlineData("tomorrow")]
    [InlineData("2026-12-24")]
    [InlineData("2026-12-24T18:00:00")]
    public void Time_Invalid_IsNull(string text) => Assert.Null(TimeArgument.TryParse(text));

    [Theory]
    [InlineData("ring=1", "ring", LabelOperator.In, "1")]
    [InlineData("ring==1", "ring", LabelOperator.In, "1")]
    [InlineData("ring != 1", "ring", LabelOperator.NotIn, "1")]
    [InlineData("ring in (1, 2)", "ring", LabelOperator.In, "1,2")]
    [InlineData("ring notin (1)", "ring", LabelOperator.NotIn, "1")]
    [InlineData("example.com/ring", "example.com/ring", LabelOperator.Exists, null)]
    [InlineData("!frozen", "frozen", LabelOperator.DoesNotExist, null)]
    public void Selector_Valid_IsARequirement(string text, string key, LabelOperator op, string? values)
    {
        var requirement = SelectorText.TryParse(text)!;

        Assert.Equal((key, op, values), (requirement.Key, requirement.Operator, requirement.Values is null ? null : string.Join(',', requirement.Values)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("=1")]
    [InlineData("ring=")]
    [InlineData("ring in 1,2")]
    [InlineData("ring in ()")]
    [InlineData("ring in (1,)")]
    [InlineData("a b")]
    [InlineData("a=b=c")]
    public void Selector_Invalid_IsNull(string text) => Assert.Null(SelectorText.TryParse(text));
}
