using Cronos;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

/// <summary>A channel whose site has interlocks.</summary>
public sealed class InterlockTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly ClosedInterlock Engine = new("engine-off", "the engine runs ('/run/engine' is there)", Hint: null);
    private static readonly ClosedInterlock Door = new("door", "'/run/door' does not say 'closed'", "Close the door.");
    private LiveWorld _world = null!;

    public async Task InitializeAsync() => _world = await LiveWorld.CreateAsync();

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_closed_interlock_keeps_a_release_away_and_is_acknowledged_once_and_when_it_opens_the_release_goes_on()
    {
        _world.Closed = [Engine];
        var site = await PublishAsync(1);
        await site.AdvanceAsync(default);
        await site.AdvanceAsync(default);

        Assert.Equal((TargetProgress.Staged, ReasonCodes.InterlockClosed), (_world.Record.Progress, _world.Record.WaitingFor));
        var status = ChannelStatusBuilder.LastKnown(_world.Record);
        Assert.Equal(
            (ChannelState.Waiting, ReasonCodes.InterlockClosed, "kept away by the interlock engine-off: the engine runs ('/run/engine' is there)"), (status.State, status.Reason, status.Message));
        Assert.Contains("nothing overrides an interlock", status.Hint, StringComparison.Ordinal);
        var waiting = Assert.Single(_world.Acknowledged, entry => entry.Event == AcknowledgementEvent.Waiting);
        Assert.Equal((PipelineStage.Gate, ReasonCodes.InterlockClosed, status.Message), (waiting.Stage, waiting.Reason, waiting.Message));
        Assert.Empty(_world.Applied);

        _world.Closed = [];
        await site.AdvanceAsync(default);

        Assert.Equal((TargetProgress.Complete, null), (_world.Record.Progress, _world.Record.WaitingFor));
    }

    [Fact]
    public async Task Several_closed_interlocks_are_all_named_with_the_hint_of_the_first_that_has_one()
    {
        _world.Closed = [Engine, Door];
        var site = await PublishAsync(1);

        await site.AdvanceAsync(default);

        Assert.Equal(
            $"kept away by 2 interlocks: engine-off: {Engine.Why}; door: {Door.Why}", _world.Record.Failure!.Message);
        Assert.Equal("Close the door.", _world.Record.Failure.Hint);
    }

    [Fact]
    public async Task An_interlock_that_closes_while_another_channel_changes_the_cluster_is_seen_before_the_first_write()
    {
        // The second question is the one under the lock of the site.
        _world.Asking = number => _world.Closed = number == 2 ? [Engine] : [];
        var site = await PublishAsync(1);

        await site.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal((TargetProgress.Staged, ReasonCodes.InterlockClosed), (_world.Record.Progress, _world.Record.WaitingFor));
        Assert.Equal(0, _world.WholeWrites);
        Assert.Equal([AcknowledgementEvent.Activating, AcknowledgementEvent.Waiting], _world.Acknowledged.TakeLast(2).Select(entry => entry.Event));
    }

    [Fact]
    public async Task An_activation_that_began_is_finished_though_the_interlock_closes_also_after_a_kill()
    {
        var site = await PublishAsync(1);
        using var killed = new CancellationTokenSource();
        _world.HealthComes = new TaskCompletionSource().Task;
        var advancing = site.AdvanceAsync(killed.Token);
        await _world.HealthWaits.WaitAsync(Bound);
        _world.Closed = [Engine];
        await killed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => advancing);
        _world.HealthComes = Task.CompletedTask;

        await _world.Start().AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal(TargetProgress.Complete, _world.Record.Progress);
    }

    [Fact]
    public async Task A_failed_activation_is_rolled_back_while_the_interlock_is_closed()
    {
        await (await PublishAsync(1)).AdvanceAsync(default);
        _world.Publish(2, _world.Second);
        var site = _world.Start();
        await site.PollAsync(default);
        _world.IsHealthy = false;
        _world.Asking = number => _world.Closed = number > 4 ? [Engine] : [];

        await site.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal(TargetProgress.RolledBack, _world.Record.Progress);
    }

    [Fact]
    public async Task An_urgent_release_waits_for_an_interlock()
    {
        (_world.IsUrgent, _world.MayBeUrgent) = (true, true);
        _world.Closed = [Engine];
        var site = await PublishAsync(1);

        await site.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal((TargetProgress.Staged, ReasonCodes.InterlockClosed), (_world.Record.Progress, _world.Record.WaitingFor));
    }

    [Fact]
    public async Task A_person_who_overrides_windows_does_not_override_an_interlock_and_gets_a_new_answer()
    {
        _world.Windows = ChannelWindows.Always with
        {
            Activate = new WindowSchedule([new Window(CronExpression.Parse("0 3 * * *"), TimeSpan.FromHours(1), TimeZoneInfo.Utc)], [], TimeZoneInfo.Utc),
        };
        _world.Closed = [Engine];
        _world.Publish(1);
        await using var worker = _world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);

        var status = await worker.PassAsync(new Progress<PipelineProgress>(), new WindowOverride("anna", "now"), default).WaitAsync(Bound);

        Assert.Equal((ChannelState.Waiting, ReasonCodes.InterlockClosed), (status.State, status.Reason));
        Assert.True(_world.Forgotten > 0);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_window_is_judged_first_and_interlocks_are_not_asked_until_it_opens()
    {
        _world.Windows = ChannelWindows.Always with
        {
            Activate = new WindowSchedule([new Window(CronExpression.Parse("0 3 * * *"), TimeSpan.FromHours(1), TimeZoneInfo.Utc)], [], TimeZoneInfo.Utc),
        };
        _world.Closed = [Engine];
        var site = await PublishAsync(1);
        await site.AdvanceAsync(default);
        Assert.Equal((ReasonCodes.WindowClosed, 0), (_world.Record.WaitingFor, _world.Asked));

        _world.Time.Advance(TimeSpan.FromHours(1));
        await site.AdvanceAsync(default);

        Assert.Equal((ReasonCodes.InterlockClosed, 1), (_world.Record.WaitingFor, _world.Asked));
    }

    [Fact]
    public async Task The_worker_goes_on_without_a_poll_when_it_is_told_that_an_interlock_has_opened()
    {
        _world.Closed = [Engine];
        _world.Publish(1);
        await using var worker = _world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        await worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound);
        Assert.Equal(ReasonCodes.InterlockClosed, worker.Status.Reason);
        _world.IsPollAnswered = false;
        _world.Closed = [];

        worker.Continue();

        Assert.True(await _world.HealthWaits.WaitAsync(Bound));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private async Task<TestChannel> PublishAsync(long sequence)
    {
        _world.Publish(sequence);
        var site = _world.Start();
        await site.PollAsync(default);
        return site;
    }
}
