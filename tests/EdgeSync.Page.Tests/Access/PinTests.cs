using EdgeSync.Agent.Page.Access;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Primitives.Secrets;
using EdgeSync.Sqlite;
using EdgeSync.Testing;

namespace EdgeSync.Page.Tests.Access;

public sealed class PinTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 12, 1, 6, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("12345", "a PIN has 6 to 64 characters on one line, digits or others")]
    [InlineData("123\n456", "a PIN has 6 to 64 characters on one line, digits or others")]
    [InlineData("111111", "the PIN is too easy to guess; use at least three different characters")]
    [InlineData("314159", null)]
    [InlineData("Käse und Brot", null)]
    public void FindProblem_Pin_IsLongEnough(string pin, string? expected) => Assert.Equal(expected, PagePin.FindProblem(pin));

    [Fact]
    public async Task Write_Pin_KeepsAHashThatOnlyTheOwnerReads()
    {
        var pin = new PagePin(_directory.Path);
        await pin.WriteAsync("314159", CancellationToken.None);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(pin.Path));
        Assert.DoesNotContain("314159", await File.ReadAllTextAsync(pin.Path), StringComparison.Ordinal);
        Assert.True(PasswordHash.Matches("314159", pin.ReadHash()!));
        Assert.False(PasswordHash.Matches("314158", pin.ReadHash()!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("314159")]
    [InlineData("pbkdf2-sha256$0$AAAA$AAAA")]
    [InlineData("pbkdf2-sha256$600000$not base64$AAAA")]
    public void ReadHash_OfSomethingElse_IsNone(string content)
    {
        var pin = new PagePin(_directory.Path);
        File.WriteAllText(pin.Path, content);

        Assert.Null(pin.ReadHash());
    }

    [Fact]
    public void Begin_WrongAgainAndAgain_WaitsLongerUpToAQuarterOfAnHour()
    {
        var tries = OpenTries();
        var waits = new List<double>();
        for (var wrong = 0; wrong < 12; wrong++)
        {
            var wait = tries.Begin();
            if (wait > TimeSpan.Zero)
            {
                _clock.Advance(wait + TimeSpan.FromMilliseconds(1));
                Assert.Equal(TimeSpan.Zero, tries.Begin());
            }

            waits.Add(Math.Round(wait.TotalSeconds));
        }

        Assert.Equal([0, 0, 0, 5, 10, 20, 40, 80, 160, 320, 900, 900], waits);
    }

    [Fact]
    public void Begin_AfterARestart_StillWaits()
    {
        var tries = OpenTries();
        for (var wrong = 0; wrong < 3; wrong++)
        {
            tries.Begin();
        }

        Assert.Equal(TimeSpan.FromSeconds(5), OpenTries().Begin());
    }

    [Fact]
    public void Begin_AfterARightPinOrADay_StartsAgain()
    {
        var tries = OpenTries();
        for (var wrong = 0; wrong < 4; wrong++)
        {
            tries.Begin();
        }

        tries.Forget();
        Assert.Equal(TimeSpan.Zero, tries.Begin());
        tries.Begin();
        tries.Begin();
        Assert.NotEqual(TimeSpan.Zero, tries.Begin());
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal([TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero], [tries.Begin(), tries.Begin(), tries.Begin()]);
    }

    [Fact]
    public void Sessions_EndAfterTwelveHoursAndWhenThereAreTooMany()
    {
        var sessions = new PageSessions(_clock);
        var first = sessions.Open("hash");
        Assert.True(sessions.IsOpen(first, "hash"));
        Assert.False(sessions.IsOpen(first, "another hash"));
        Assert.False(sessions.IsOpen("guessed", "hash"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        var others = Enumerable.Range(0, 20).Select(_ => sessions.Open("hash")).ToList();
        Assert.False(sessions.IsOpen(first, "hash"));
        Assert.True(sessions.IsOpen(others[0], "hash"));

        _clock.Advance(TimeSpan.FromHours(12));

        Assert.DoesNotContain(others, other => sessions.IsOpen(other, "hash"));
    }

    public void Dispose() => _directory.Dispose();

    private PinTries OpenTries() => new(SqliteDatabase.Open(_directory["site.db"], SiteSchema.Steps), new HoldClock(new SiteClock(_clock, proven: null)));
}
