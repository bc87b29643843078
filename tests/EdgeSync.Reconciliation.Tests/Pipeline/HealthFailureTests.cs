using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

/// <summary>What people learn of a release that does not become healthy, and what a hold during the wait for its health does.</summary>
public sealed class HealthFailureTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private readonly TaskCompletionSource _health = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LiveWorld _world = null!;

    public async Task InitializeAsync()
    {
        _world = await LiveWorld.CreateAsync(every: TimeSpan.FromDays(300));
        _world.Publish(1);
        var first = _world.Start();
        await first.PollAsync(default);
        await first.AdvanceAsync(default);
        await _world.HealthWaits.WaitAsync(Bound);
        _world.Publish(2, _world.Second);
        _world.Acknowledged.Clear();
    }

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Details_of_a_failure_are_in_its_acknowledgement_and_in_the_status()
    {
        _world.IsHealthy = false;
        var channel = await StartAsync();
        await channel.AdvanceAsync(default);

        string[] details = ["event of Deployment shop/web, try 1: BackOff"];
        Assert.Equal(details, _world.Acknowledged.First(entry => entry.Event == AcknowledgementEvent.Failed).Details);
        Assert.Null(_world.Acknowledged.First(entry => entry.Event == AcknowledgementEvent.RolledBack).Details);
        Assert.Equal(details, channel.Record.Failure?.Details);

        // Last-good failed as well, in this world; its details are the newer ones.
        Assert.Equal(["event of Deployment shop/web, try 2: BackOff"], ChannelStatusBuilder.LastKnown(channel.Record).Details);
    }

    [Fact]
    public async Task Other_log_lines_of_the_same_wait_are_no_news()
    {
        _world.KeptUnhealthyBy = ApiReasons.QuotaExceeded;
        var channel = await StartAsync();
        await channel.AdvanceAsync(default);
        var before = channel.Record;

        channel.SiteWait.Skip();
        await channel.AdvanceAsync(default);

        Assert.Equal(2, _world.Explained);
        Assert.Same(before, channel.Record);
        Assert.Equal(["event of Deployment shop/web, try 1: BackOff"], ChannelStatusBuilder.LastKnown(channel.Record).Details);
        Assert.Equal(1, _world.Acknowledged.Count(entry => entry.Event == AcknowledgementEvent.Waiting));
    }

    [Fact]
    public async Task Status_after_a_rollback_says_what_it_did_not_undo()
    {
        _world.IsHealthy = false;
        var channel = await StartAsync();
        await channel.AdvanceAsync(default);
        var record = channel.Record with
        {
            LastGoodFailure = null,
            Failure = new Failure(ReasonCodes.HealthFailed, "it crashes") { Lasting = "a rollback does not undo Job shop/migrate (started)" },
        };

        var status = ChannelStatusBuilder.LastKnown(record);

        Assert.Equal((ChannelState.RolledBack, "it crashes; a rollback does not undo Job shop/migrate (started)"), (status.State, status.Message));
    }

    [Fact]
    public async Task Hold_that_begins_during_the_wait_ends_it_and_fails_nothing()
    {
        _world.HealthComes = _health.Task;
        var channel = await StartAsync();
        var advancing = channel.AdvanceAsync(default);
        await _world.HealthWaits.WaitAsync(Bound);
        var applied = _world.Applied.Count;

        _world.Hold = new Hold("crew", "in flight", _world.Time.GetUtcNow(), null);
        await advancing.WaitAsync(Bound);

        Assert.Equal((TargetProgress.Activating, ReasonCodes.Held), (channel.Record.Progress, channel.Record.WaitingFor));
        Assert.Empty(channel.Record.Quarantined);
        Assert.Equal((ChannelState.Waiting, true), (ChannelStatusBuilder.LastKnown(channel.Record).State, ChannelStatusBuilder.LastKnown(channel.Record).IsBegun));
        Assert.Equal(
            [AcknowledgementEvent.Received, AcknowledgementEvent.Staged, AcknowledgementEvent.Activating, AcknowledgementEvent.Waiting],
            _world.Acknowledged.Select(entry => entry.Event));

        // Nothing is written while the hold is there, however long that is, nor after a restart.
        _health.SetResult();
        _world.Time.Advance(TimeSpan.FromHours(1));
        await channel.AdvanceAsync(default);
        await _world.Start().AdvanceAsync(default);
        Assert.Equal((applied, ReasonCodes.Held), (_world.Applied.Count, channel.Record.WaitingFor));

        _world.Hold = null;
        _world.Time.Advance(TimeSpan.FromSeconds(6));
        await channel.AdvanceAsync(default);
        Assert.Equal((TargetProgress.Complete, null), (channel.Record.Progress, channel.Record.WaitingFor));
        Assert.Equal(_world.Second, channel.Record.LastGood!.Summary.Digest);
    }

    [Fact]
    public async Task Hold_does_not_end_a_rollback()
    {
        _world.IsHealthy = false;
        _world.WriteRefused = () =>
        {
            if (_world.Acknowledged.Any(entry => entry.Event == AcknowledgementEvent.Failed))
            {
                _world.Hold ??= new Hold("crew", "in flight", _world.Time.GetUtcNow(), null);
            }

            return null;
        };
        var channel = await StartAsync();

        await channel.AdvanceAsync(default).WaitAsync(Bound);

        Assert.NotNull(_world.Hold);
        Assert.Equal(TargetProgress.RolledBack, channel.Record.Progress);
    }

    private async Task<TestChannel> StartAsync()
    {
        var channel = _world.Start();
        await channel.PollAsync(default);
        return channel;
    }
}
