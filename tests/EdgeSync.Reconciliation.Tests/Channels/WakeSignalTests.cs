using EdgeSync.Reconciliation.Channels;
using EdgeSync.Testing;

namespace EdgeSync.Reconciliation.Tests.Channels;

public sealed class WakeSignalTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private readonly ManualTimeProvider _time = new();
    private readonly WakeSignal _wake = new();

    [Fact]
    public void BeginPass_First_Polls() => Assert.True(_wake.BeginPass().Poll);

    [Fact]
    public async Task WaitAsync_NothingHappens_EndsAfterTheDelay()
    {
        _wake.BeginPass();
        var waiting = _wake.WaitAsync(TimeSpan.FromMinutes(1), _time, CancellationToken.None);

        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMinutes(1));

        await waiting.WaitAsync(Bound);
    }

    [Fact]
    public async Task WaitAsync_WokenDuringThePass_EndsAtOnce()
    {
        _wake.BeginPass();
        _wake.Set(poll: false);

        await _wake.WaitAsync(TimeSpan.FromHours(1), _time, CancellationToken.None).WaitAsync(Bound);

        Assert.False(_wake.BeginPass().Poll);
    }

    [Fact]
    public async Task RequestPassAsync_AskedDuringAPass_WaitsForTheNext()
    {
        var running = _wake.BeginPass();
        var asked = _wake.RequestPassAsync(CancellationToken.None);

        running.Complete();
        Assert.False(asked.IsCompleted);

        var next = _wake.BeginPass();
        Assert.True(next.Poll);
        next.Complete();
        await asked.WaitAsync(Bound);
    }

    [Fact]
    public async Task WaitAsync_Cancelled_SaysSo()
    {
        _wake.BeginPass();
        using var stop = new CancellationTokenSource();
        var waiting = _wake.WaitAsync(TimeSpan.FromHours(1), _time, stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Bound));
    }

    [Fact]
    public async Task WaitAsync_LongerThanATimerCanBe_StillWaits()
    {
        _wake.BeginPass();
        var waiting = _wake.WaitAsync(TimeSpan.MaxValue, _time, CancellationToken.None);
        _wake.Set(poll: true);

        await waiting.WaitAsync(Bound);
    }
}
