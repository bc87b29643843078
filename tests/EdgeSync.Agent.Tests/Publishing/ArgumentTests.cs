using EdgeSync.Agent.Publishing;

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
}
