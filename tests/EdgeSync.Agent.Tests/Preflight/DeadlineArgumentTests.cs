using System.Globalization;
using EdgeSync.Agent.Commands;

namespace EdgeSync.Agent.Tests.Preflight;

public sealed class DeadlineArgumentTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("06:30", "2026-11-30T04:00:00Z", "2026-11-30T05:30:00Z")]
    [InlineData("06:30", "2026-11-30T05:30:00Z", "2026-12-01T05:30:00Z")]
    [InlineData("06:30", "2026-11-30T23:10:00Z", "2026-12-01T05:30:00Z")]
    [InlineData("20m", "2026-11-30T04:00:00Z", "2026-11-30T04:20:00Z")]
    [InlineData("2026-12-24T18:00:00Z", "2026-11-30T04:00:00Z", "2026-12-24T18:00:00Z")]
    [InlineData("02:30", "2026-03-28T23:00:00Z", "2026-03-29T01:30:00Z")] // The hour that does not exist.
    [InlineData("02:30", "2026-10-24T23:00:00Z", "2026-10-25T00:30:00Z")] // The hour that comes twice: the first.
    public void TryParse_Text_IsTheNextSuchMoment(string text, string now, string expected) =>
        Assert.Equal(Time(expected), DeadlineArgument.TryParse(text, Time(now), Berlin));

    [Theory]
    [InlineData("6:30")]
    [InlineData("25:00")]
    [InlineData("soon")]
    [InlineData("")]
    public void TryParse_NoTime_IsNull(string text) => Assert.Null(DeadlineArgument.TryParse(text, Time("2026-11-30T04:00:00Z"), Berlin));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
