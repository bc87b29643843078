using Cronos;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.State;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Reconciliation.Tests.Windows;

/// <summary>A channel on its way through windows. The site's clock begins on 2026-11-21 at 02:00 UTC.</summary>
public sealed class WindowGateTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private LiveWorld _world = null!;

    public async Task InitializeAsync() => _world = await LiveWorld.CreateAsync();

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task An_activation_waits_for_its_window_with_all_content_here_and_is_acknowledged_once()
    {
        _world.Windows = Activate("30 2 * * *", TimeSpan.FromHours(2));
        var site = await PublishAsync(1);
        await site.AdvanceAsync(default);
        _world.Time.Advance(TimeSpan.FromMinutes(20));
        await site.AdvanceAsync(default);

        Assert.Equal((TargetProgress.Staged, ReasonCodes.WindowClosed), (_world.Record.Progress, _world.Record.WaitingFor));
        var status = ChannelStatusBuilder.LastKnown(_world.Record);
        Assert.Equal(
            (ChannelState.Waiting, "the activation waits for its window, which opens at 2026-11-21 02:30:00Z"), (status.State, status.Message));
        Assert.Single(_world.Acknowledged, entry => entry.Event == AcknowledgementEvent.Waiting);
        Assert.Empty(_world.Applied);

        _world.Time.Advance(TimeSpan.FromMinutes(10));
        await site.AdvanceAsync(default);

        Assert.Equal((TargetProgress.Complete, null), (_world.Record.Progress, _world.Record.WaitingFor));
    }

    [Fact]
    public async Task The_worker_begins_when_the_window_opens_though_the_registry_does_not_answer()
    {
        _world.Windows = Activate("30 2 * * *", TimeSpan.FromHours(2));
        _world.Publish(1);
        await using var worker = _world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        await worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound);
        _world.IsPollAnswered = false;
        _world.Time.Advance(TimeSpan.FromMinutes(29.9));
        await worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound);
        Assert.Equal((ReasonCodes.WindowClosed, 0), (worker.Status.Reason, _world.HealthWaits.CurrentCount));

        _world.Time.Advance(TimeSpan.FromMinutes(0.1));

        Assert.True(await _world.HealthWaits.WaitAsync(Bound));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task What_does_not_fit_into_the_rest_of_the_window_is_not_begun_and_the_status_has_the_figures()
    {
        _world.Windows = Activate("0 2 * * *", TimeSpan.FromMinutes(30));
        _world.Add("stable", Took(TimeSpan.FromMinutes(25)));
        var site = await PublishAsync(1);
        _world.Time.Advance(TimeSpan.FromMinutes(6));

        await site.AdvanceAsync(default);
        _world.Time.Advance(TimeSpan.FromMinutes(1));
        await site.AdvanceAsync(default);

        Assert.Equal((TargetProgress.Staged, ReasonCodes.WindowTooShort), (_world.Record.Progress, _world.Record.WaitingFor));
        Assert.Equal(
            "the activation takes about 25m, the 90th percentile of the last 1 here; the window closes at 2026-11-21 02:30:00Z, so that it had to begin by "
            + "2026-11-21 02:05:00Z; the next window that is long enough opens at 2026-11-22 02:00:00Z",
            _world.Record.Failure!.Message);
        Assert.Single(_world.Acknowledged, entry => entry.Event == AcknowledgementEvent.Waiting);

        _world.Time.Advance(new DateTimeOffset(2026, 11, 22, 2, 5, 0, TimeSpan.Zero) - _world.Time.GetUtcNow());
        await site.AdvanceAsync(default);

        Assert.Equal(TargetProgress.Complete, _world.Record.Progress);
    }

    [Fact]
    public async Task Without_history_the_bundles_own_limits_decide_and_a_window_that_is_always_too_short_is_named()
    {
        _world.Windows = Activate("0 2 * * *", TimeSpan.FromMinutes(3));
        var site = await PublishAsync(1);

        await site.AdvanceAsync(default);

        Assert.Equal((TargetProgress.Staged, ReasonCodes.WindowTooShort), (_world.Record.Progress, _world.Record.WaitingFor));
        Assert.Contains("takes up to 5m by the bundle's own time limits", _world.Record.Failure!.Message, StringComparison.Ordinal);
        Assert.EndsWith("none of the next 50 windows is that long", _world.Record.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("more than 5m", _world.Record.Failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_activation_that_began_is_finished_after_its_window_has_closed()
    {
        _world.Windows = Activate("0 2 * * *", TimeSpan.FromMinutes(30));
        var site = await PublishAsync(1);
        var healthy = new TaskCompletionSource();
        _world.HealthComes = healthy.Task;
        var advancing = site.AdvanceAsync(default);
        await _world.HealthWaits.WaitAsync(Bound);
        _world.Time.Advance(TimeSpan.FromMinutes(31));
        healthy.SetResult();
        await advancing.WaitAsync(Bound);

        Assert.Equal(TargetProgress.Complete, _world.Record.Progress);
    }

    [Fact]
    public async Task An_activation_that_was_killed_is_finished_by_the_next_start_outside_of_the_window()
    {
        _world.Windows = Activate("0 2 * * *", TimeSpan.FromMinutes(30));
        var site = await PublishAsync(1);
        using var killed = new CancellationTokenSource();
        _world.HealthComes = new TaskCompletionSource().Task;
        var advancing = site.AdvanceAsync(killed.Token);
        await _world.HealthWaits.WaitAsync(Bound);
        await killed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => advancing);
        _world.HealthComes = Task.CompletedTask;
        _world.Time.Advance(TimeSpan.FromHours(3));

        await _world.Start().AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal(TargetProgress.Complete, _world.Record.Progress);
    }

    [Fact]
    public async Task A_failed_activation_is_rolled_back_outside_of_the_window()
    {
        await HealthyAsync();
        _world.Windows = Activate("0 2 * * *", TimeSpan.FromMinutes(30));
        _world.Publish(2, _world.Second);
        var site = _world.Start();
        await site.PollAsync(default);
        _world.HealthComes = Task.CompletedTask;
        _world.IsHealthy = false;
        _world.Time.Advance(TimeSpan.FromMinutes(1));

        await site.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal(TargetProgress.RolledBack, _world.Record.Progress);
    }

    [Fact]
    public async Task What_another_channel_delays_past_the_end_of_the_window_is_staged_again()
    {
        // The dry run takes as long as a change of another channel could.
        _world.Windows = Activate("0 2 * * *", TimeSpan.FromMinutes(30));
        _world.TrialRefused = () =>
        {
            _world.Time.Advance(TimeSpan.FromMinutes(40));
            return null;
        };
        var site = await PublishAsync(1);

        await site.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal((TargetProgress.Staged, ReasonCodes.WindowClosed), (_world.Record.Progress, _world.Record.WaitingFor));
        Assert.Equal(0, _world.WholeWrites);
        Assert.Equal([AcknowledgementEvent.Activating, AcknowledgementEvent.Waiting], _world.Acknowledged.TakeLast(2).Select(entry => entry.Event));
    }

    [Fact]
    public async Task A_download_waits_for_its_window_and_is_paused_at_its_end()
    {
        _world.Windows = ChannelWindows.Always with { Download = Schedule("30 2 * * *", TimeSpan.FromMinutes(30)) };
        var site = await PublishAsync(1);
        await site.AdvanceAsync(default);
        Assert.Equal((TargetProgress.Received, ReasonCodes.WindowClosed), (_world.Record.Progress, _world.Record.WaitingFor));
        Assert.Equal("the download waits for its window, which opens at 2026-11-21 02:30:00Z", _world.Record.Failure!.Message);
        Assert.Equal(0, _world.FetchesBegun.CurrentCount);

        _world.Time.Advance(TimeSpan.FromMinutes(30));
        _world.FetchCompletes = new TaskCompletionSource().Task;
        var advancing = site.AdvanceAsync(default);
        await _world.FetchesBegun.WaitAsync(Bound);
        Assert.Null(_world.Record.WaitingFor);
        _world.Time.Advance(TimeSpan.FromMinutes(30));
        await advancing.WaitAsync(Bound);
        Assert.Equal("the download waits for its window, which opens at 2026-11-22 02:30:00Z", _world.Record.Failure!.Message);

        _world.Time.Advance(TimeSpan.FromHours(23.5));
        _world.FetchCompletes = Task.CompletedTask;
        await site.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal(TargetProgress.Complete, _world.Record.Progress);
        Assert.Equal(2, _world.Acknowledged.Count(entry => entry is { Event: AcknowledgementEvent.Waiting, Stage: PipelineStage.Fetch }));
    }

    [Fact]
    public async Task What_is_in_the_cache_already_waits_for_no_download_window()
    {
        _world.Windows = ChannelWindows.Always with { Download = Schedule("30 2 * * *", TimeSpan.FromMinutes(30)) };
        _world.IsFetched = true;
        var site = await PublishAsync(1);

        await site.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal(TargetProgress.Complete, _world.Record.Progress);
    }

    [Fact]
    public async Task A_person_lets_one_pass_begin_outside_of_windows_and_the_ledger_says_who_and_why()
    {
        _world.Windows = new ChannelWindows(Schedule("0 3 * * *", TimeSpan.FromHours(1)), Schedule("0 3 * * *", TimeSpan.FromHours(1)));
        _world.Publish(1);
        await using var worker = _world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        var progress = new Progress<PipelineProgress>();
        await worker.PassAsync(progress, default).WaitAsync(Bound);
        Assert.Equal(ReasonCodes.WindowClosed, worker.Status.Reason);

        var status = await worker.PassAsync(progress, new WindowOverride("anna", "till 3 prints nothing"), default).WaitAsync(Bound);

        Assert.Equal(ChannelState.Healthy, status.State);
        var said = Assert.Single(_world.Acknowledged, entry => entry.Event == AcknowledgementEvent.Released);
        Assert.Equal((ReasonCodes.WindowClosed, "anna lets channel stable begin outside of its windows once: till 3 prints nothing"), (said.Reason, said.Message));

        // The next release waits again.
        _world.Publish(2, _world.Second);
        status = await worker.PassAsync(progress, default).WaitAsync(Bound);
        Assert.Equal((ChannelState.Waiting, ReasonCodes.WindowClosed), (status.State, status.Reason));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_person_who_overrides_windows_does_not_override_a_hold()
    {
        _world.Windows = Activate("0 3 * * *", TimeSpan.FromHours(1));
        _world.Hold = new Hold("crew", "in flight", _world.Time.GetUtcNow(), Expires: null);
        _world.Publish(1);
        await using var worker = _world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);

        var status = await worker.PassAsync(new Progress<PipelineProgress>(), new WindowOverride("anna", "now"), default).WaitAsync(Bound);

        Assert.Equal((ChannelState.Waiting, ReasonCodes.Held), (status.State, status.Reason));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_urgent_release_waits_for_no_window_if_its_signers_may_say_so_and_the_ledger_says_which(bool mayBeUrgent)
    {
        var later = Schedule("0 3 * * *", TimeSpan.FromHours(1));
        _world.Windows = new ChannelWindows(later, later with { Blackouts = [new Blackout(new DateOnly(2026, 11, 21), new DateOnly(2026, 11, 21), IsYearly: false, "sale")] });
        (_world.IsUrgent, _world.MayBeUrgent) = (true, mayBeUrgent);
        var site = await PublishAsync(1);

        await site.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal(mayBeUrgent ? TargetProgress.Complete : TargetProgress.Received, _world.Record.Progress);
        var received = _world.Acknowledged.Single(entry => entry.Event == AcknowledgementEvent.Received).Message;
        Assert.Contains(mayBeUrgent ? "it waits for no window" : "does not let its signers say", received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_urgent_release_waits_for_a_hold()
    {
        (_world.IsUrgent, _world.MayBeUrgent) = (true, true);
        _world.Hold = new Hold("crew", "in flight", _world.Time.GetUtcNow(), Expires: null);
        var site = await PublishAsync(1);

        await site.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal((TargetProgress.Staged, ReasonCodes.Held), (_world.Record.Progress, _world.Record.WaitingFor));
    }

    [Fact]
    public async Task The_first_poll_after_a_start_comes_later_by_the_sites_splay_and_a_person_does_not_wait_for_it()
    {
        _world.Windows = ChannelWindows.Always with { Splay = TimeSpan.FromSeconds(20) };
        _world.Publish(1);
        await using (var worker = _world.StartWorker())
        {
            using var stop = new CancellationTokenSource();
            var running = worker.RunAsync(stop.Token);
            using var bound = new CancellationTokenSource(Bound, TimeProvider.System);
            while (_world.Time.NextDue is null)
            {
                bound.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            Assert.Equal(TimeSpan.FromSeconds(20), _world.Time.NextDue - _world.Time.GetUtcNow());
            Assert.Empty(_world.Acknowledged);
            _world.Time.Advance(TimeSpan.FromSeconds(20));
            Assert.True(await _world.HealthWaits.WaitAsync(Bound));
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        }

        _world.Publish(2, _world.Second);
        await using var again = _world.StartWorker();
        using var end = new CancellationTokenSource();
        var asked = again.PassAsync(new Progress<PipelineProgress>(), default);
        var ran = again.RunAsync(end.Token);
        await asked.WaitAsync(Bound);
        Assert.Equal(2, _world.Record.Target!.Summary.Sequence);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ran);
    }

    [Fact]
    public async Task A_blackout_is_named_with_its_reason_and_a_hold_comes_first()
    {
        var blackout = new Blackout(new DateOnly(2026, 11, 20), new DateOnly(2026, 11, 22), IsYearly: false, "stocktaking");
        _world.Windows = ChannelWindows.Always with { Activate = new WindowSchedule([], [blackout], TimeZoneInfo.Utc) };
        _world.Hold = new Hold("crew", "in flight", _world.Time.GetUtcNow(), Expires: null);
        var site = await PublishAsync(1);
        await site.AdvanceAsync(default);
        Assert.Equal(ReasonCodes.Held, _world.Record.WaitingFor);

        _world.Hold = null;
        await site.AdvanceAsync(default);

        Assert.Equal(ReasonCodes.Blackout, _world.Record.WaitingFor);
        Assert.Equal(
            "the activation waits for the end of the blackout 2026-11-20 to 2026-11-22 (stocktaking), and may begin at 2026-11-23 00:00:00Z", _world.Record.Failure!.Message);
    }

    [Fact]
    public async Task A_newer_release_replaces_what_waits_and_nothing_is_lost()
    {
        _world.Windows = Activate("0 3 * * *", TimeSpan.FromHours(1));
        var site = await PublishAsync(1);
        await site.AdvanceAsync(default);
        _world.Publish(2, _world.Second);
        await site.PollAsync(default);
        await site.AdvanceAsync(default);
        _world.Time.Advance(TimeSpan.FromHours(1));

        await site.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal((TargetProgress.Complete, _world.Second), (_world.Record.Progress, _world.Record.LastGood!.Summary.Digest));
        Assert.Equal([2L], _world.Applied.Distinct());
    }

    private static ChannelWindows Activate(string cron, TimeSpan duration) => ChannelWindows.Always with { Activate = Schedule(cron, duration) };

    private static WindowSchedule Schedule(string cron, TimeSpan duration) =>
        new([new Window(CronExpression.Parse(cron), duration, TimeZoneInfo.Utc)], [], TimeZoneInfo.Utc);

    private static StageDuration Took(TimeSpan duration) => new(PipelineStage.Confirm, duration, DateTimeOffset.UnixEpoch);

    private async Task HealthyAsync()
    {
        var site = await PublishAsync(1);
        await site.AdvanceAsync(default).WaitAsync(Bound);
        Assert.Equal(TargetProgress.Complete, _world.Record.Progress);
    }

    private async Task<TestChannel> PublishAsync(long sequence)
    {
        _world.Publish(sequence);
        var site = _world.Start();
        await site.PollAsync(default);
        return site;
    }
}
