using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Tests.State;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Reconciliation.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Tests.Holds;

public sealed class HoldExpiryTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly HoldFixture _fixture = new();
    private readonly HoldExpiry _expiry;

    public HoldExpiryTests() => _expiry = new HoldExpiry(_fixture.Holds, _fixture.Time, NullLogger<HoldExpiry>.Instance);

    [Fact]
    public async Task Hold_WhenItsTimeHasCome_EndsAndIsAcknowledged()
    {
        _fixture.Holds.Set(new Hold("crew", "in flight", _fixture.Now, _fixture.Now.AddHours(1)));
        await _expiry.StartAsync(CancellationToken.None);

        await AdvanceUntilEndedAsync(TimeSpan.FromHours(1));

        Assert.Equal([AcknowledgementEvent.Held, AcknowledgementEvent.Released], _fixture.Ledger().Select(a => a.Event));
    }

    [Fact]
    public async Task Hold_SetWhileNothingIsHeld_EndsWhenItsTimeHasCome()
    {
        await _expiry.StartAsync(CancellationToken.None);
        _fixture.Holds.Set(new Hold("crew", "in flight", _fixture.Now, _fixture.Now.AddDays(3)));

        await AdvanceUntilEndedAsync(TimeSpan.FromDays(3));

        Assert.Empty(_fixture.Holds.All);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _expiry.StopAsync(CancellationToken.None);

    public void Dispose()
    {
        _expiry.Dispose();
        _fixture.Dispose();
    }

    // The service sets its timer at some point after its start: advance the clock in small steps until the hold has ended.
    private async Task AdvanceUntilEndedAsync(TimeSpan length)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _fixture.Holds.Changed += () => ended.TrySetResult();
        _fixture.Time.Advance(length - TimeSpan.FromSeconds(1));
        await Task.Yield();
        Assert.Single(_fixture.Holds.All);
        var started = TimeProvider.System.GetTimestamp();
        while (!ended.Task.IsCompleted && TimeProvider.System.GetElapsedTime(started) < Limit)
        {
            _fixture.Time.Advance(TimeSpan.FromHours(1));
            await Task.WhenAny(ended.Task, Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System));
        }

        Assert.True(ended.Task.IsCompleted, "the hold did not end by itself");
    }
}
