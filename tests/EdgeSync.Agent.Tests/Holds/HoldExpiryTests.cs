using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Tests.State;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Reconciliation.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Tests.Holds;

public sealed class HoldExpiryTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly HoldBed _bed = new();
    private readonly HoldExpiry _expiry;

    public HoldExpiryTests() => _expiry = new HoldExpiry(_bed.Holds, _bed.Time, NullLogger<HoldExpiry>.Instance);

    [Fact]
    public async Task Hold_WhenItsTimeHasCome_EndsAndIsAcknowledged()
    {
        _bed.Holds.Set(new Hold("crew", "in flight", _bed.Now, _bed.Now.AddHours(1)));
        await _expiry.StartAsync(CancellationToken.None);

        await AdvanceUntilEndedAsync(TimeSpan.FromHours(1));

        Assert.Equal([AcknowledgementEvent.Held, AcknowledgementEvent.Released], _bed.Ledger().Select(a => a.Event));
    }

    [Fact]
    public async Task Hold_SetWhileNothingIsHeld_EndsWhenItsTimeHasCome()
    {
        await _expiry.StartAsync(CancellationToken.None);
        _bed.Holds.Set(new Hold("crew", "in flight", _bed.Now, _bed.Now.AddDays(3)));

        await AdvanceUntilEndedAsync(TimeSpan.FromDays(3));

        Assert.Empty(_bed.Holds.All);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _expiry.StopAsync(CancellationToken.None);

    public void Dispose()
    {
        _expiry.Dispose();
        _bed.Dispose();
    }

    // The service sets its timer at some point after its start: advance the clock in small steps until the hold has ended.
    private async Task AdvanceUntilEndedAsync(TimeSpan length)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _bed.Holds.Changed += () => ended.TrySetResult();
        _bed.Time.Advance(length - TimeSpan.FromSeconds(1));
        await Task.Yield();
        Assert.Single(_bed.Holds.All);
        var started = TimeProvider.System.GetTimestamp();
        while (!ended.Task.IsCompleted && TimeProvider.System.GetElapsedTime(started) < Limit)
        {
            _bed.Time.Advance(TimeSpan.FromHours(1));
            await Task.WhenAny(ended.Task, Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System));
        }

        Assert.True(ended.Task.IsCompleted, "the hold did not end by itself");
    }
}
