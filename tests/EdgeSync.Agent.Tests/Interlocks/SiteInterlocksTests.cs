using EdgeSync.Agent.Interlocks;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.Interlocks;

public sealed class SiteInterlocksTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private readonly ManualTimeProvider _time = new();
    private readonly Scripted _door = new();
    private readonly Scripted _engine = new();

    [Fact]
    public async Task FindClosed_TwoChannelsAtOnce_AskOnce()
    {
        _door.Answers = ProbeAnswer.Closed("it is open");
        _door.Waits = new TaskCompletionSource();
        using var interlocks = Site();
        var first = interlocks.FindClosedAsync("stable", default);
        var second = interlocks.FindClosedAsync("tools", default);
        _door.Waits.SetResult();

        Assert.Equal(["door"], (await first.WaitAsync(Bound)).Select(closed => closed.Name));
        Assert.Equal(["door"], (await second.WaitAsync(Bound)).Select(closed => closed.Name));
        Assert.Equal(1, _door.Asked);
    }

    [Fact]
    public async Task FindClosed_InterlockOfAnotherChannel_IsNotAsked()
    {
        _engine.Answers = ProbeAnswer.Closed("it runs");
        using var interlocks = Site();

        Assert.Empty(await interlocks.FindClosedAsync("tools", default));
        Assert.Equal(0, _engine.Asked);
        Assert.Single(await interlocks.FindClosedAsync("stable", default));
    }

    [Fact]
    public async Task FindClosed_ClosedAnswer_CountsForItsPaceAndAnOpenOneForMoments()
    {
        _door.Answers = ProbeAnswer.Closed("it is open");
        using var interlocks = Site();
        await interlocks.FindClosedAsync("tools", default);
        _time.Advance(TimeSpan.FromSeconds(14));
        await interlocks.FindClosedAsync("tools", default);
        Assert.Equal(1, _door.Asked);

        _door.Answers = ProbeAnswer.Open("it is closed");
        _time.Advance(TimeSpan.FromSeconds(1.001));
        Assert.Empty(await interlocks.FindClosedAsync("tools", default));
        _time.Advance(TimeSpan.FromSeconds(6));
        await interlocks.FindClosedAsync("tools", default);

        Assert.Equal(3, _door.Asked);
    }

    [Fact]
    public async Task Forget_ClosedAnswer_IsAskedAgain()
    {
        _door.Answers = ProbeAnswer.Closed("it is open");
        using var interlocks = Site();
        await interlocks.FindClosedAsync("tools", default);
        _door.Answers = ProbeAnswer.Open("it is closed");

        interlocks.Forget();

        Assert.Empty(await interlocks.FindClosedAsync("tools", default));
    }

    [Fact]
    public async Task FindClosed_NoAnswer_IsAskedASecondTimeAndThenClosed()
    {
        _door.Answers = ProbeAnswer.Unknown("it hangs");
        using var interlocks = Site();
        var asking = interlocks.FindClosedAsync("tools", default);
        await PassSecondTryAsync(asking);
        Assert.Equal("it cannot be asked: it hangs", Assert.Single(await asking).Why);
        Assert.Equal(2, _door.Asked);

        interlocks.Forget();
        _door.Then = ProbeAnswer.Open("it is closed");
        asking = interlocks.FindClosedAsync("tools", default);
        await PassSecondTryAsync(asking);

        Assert.Empty(await asking);
    }

    [Fact]
    public async Task FindClosed_WordsOfTheProbeChange_StayThoseOfTheFirstAnswerUntilTheCauseChanges()
    {
        _door.Answers = ProbeAnswer.Closed("exit code 1", "2 sales open");
        using var interlocks = Site();
        var first = Assert.Single(await interlocks.FindClosedAsync("tools", default)).Why;
        _door.Answers = ProbeAnswer.Closed("exit code 1", "3 sales open");
        _time.Advance(TimeSpan.FromMinutes(1));
        var second = Assert.Single(await interlocks.FindClosedAsync("tools", default)).Why;
        _door.Answers = ProbeAnswer.Closed("exit code 2", "no till");
        _time.Advance(TimeSpan.FromMinutes(1));
        var third = Assert.Single(await interlocks.FindClosedAsync("tools", default)).Why;

        Assert.Equal(["the hatch is open (exit code 1 (at first it said '2 sales open'))", first, "the hatch is open (exit code 2 (at first it said 'no till'))"], new[] { first, second, third });
        Assert.Equal(3, _door.Asked);
    }

    [Fact]
    public async Task AskDue_OnlyClosedOnesAtTheirPace_AndSaysWhetherOneHasOpened()
    {
        _door.Answers = ProbeAnswer.Closed("it is open");
        using var interlocks = Site();
        Assert.Null(interlocks.Due);
        await interlocks.FindClosedAsync("stable", default);
        Assert.Equal(TimeSpan.FromSeconds(15), interlocks.Due);
        Assert.False(await interlocks.AskDueAsync(default));
        Assert.Equal((1, 1), (_door.Asked, _engine.Asked));

        _time.Advance(TimeSpan.FromSeconds(15.001));
        Assert.False(await interlocks.AskDueAsync(default));
        Assert.Equal((2, 1), (_door.Asked, _engine.Asked));

        _door.Answers = ProbeAnswer.Open("it is closed");
        _time.Advance(TimeSpan.FromSeconds(15.001));
        Assert.True(await interlocks.AskDueAsync(default));
        Assert.Null(interlocks.Due);
    }

    private SiteInterlocks Site() => new(
        [
            new Interlock { Name = "door", Probe = _door, Every = TimeSpan.FromSeconds(15), Message = Message },
            new Interlock { Name = "engine", Probe = _engine, Every = TimeSpan.FromSeconds(15), Channels = ["stable"] },
        ],
        _time);

    private string? Message => _door.Answers.Said is null ? null : "the hatch is open";

    private async Task PassSecondTryAsync(Task asking)
    {
        using var bound = new CancellationTokenSource(Bound, TimeProvider.System);
        while (!asking.IsCompleted)
        {
            _time.Advance(Interlock.SecondTry);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, bound.Token);
        }
    }

    private sealed class Scripted : IProbe
    {
        public ProbeAnswer Answers { get; set; } = ProbeAnswer.Open("it is fine");

        /// <summary>What the second of two questions finds.</summary>
        public ProbeAnswer? Then { get; set; }

        public TaskCompletionSource? Waits { get; set; }

        public int Asked { get; private set; }

        public async Task<ProbeAnswer> AskAsync(TimeProvider time, CancellationToken cancellationToken)
        {
            Asked++;
            await (Waits?.Task ?? Task.CompletedTask);
            return Asked % 2 == 0 ? Then ?? Answers : Answers;
        }
    }
}
