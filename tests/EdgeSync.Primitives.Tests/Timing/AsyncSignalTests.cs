using EdgeSync.Primitives.Timing;
using EdgeSync.Testing;

namespace EdgeSync.Primitives.Tests.Timing;

public sealed class AsyncSignalTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task WaitAsync_NoSignal_EndsAfterTheTime()
    {
        var waiting = new AsyncSignal().WaitAsync(TimeSpan.FromMinutes(1), _time, CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.False(await waiting.WaitAsync(Limit));
    }

    [Fact]
    public async Task WaitAsync_SignalsBefore_CountAsOne()
    {
        var signal = new AsyncSignal();
        signal.Set();
        signal.Set();

        Assert.True(await signal.WaitAsync(TimeSpan.FromHours(1), _time, CancellationToken.None).WaitAsync(Limit));
        Assert.False(signal.WaitAsync(TimeSpan.FromHours(1), _time, CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task WaitAsync_SignalMeanwhile_EndsAtOnce()
    {
        var signal = new AsyncSignal();
        var waiting = signal.WaitAsync(TimeSpan.MaxValue, _time, CancellationToken.None);

        signal.Set();

        Assert.True(await waiting.WaitAsync(Limit));
    }

    [Fact]
    public async Task WaitAsync_Cancelled_Throws()
    {
        using var stop = new CancellationTokenSource();
        var waiting = new AsyncSignal().WaitAsync(TimeSpan.FromHours(1), _time, stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Limit));
    }

    [Fact]
    public async Task WaitAsync_SetAtTheStart_EndsAtOnce() => await new AsyncSignal(isSet: true).WaitAsync(CancellationToken.None).WaitAsync(Limit);
}
