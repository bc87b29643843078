using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

/// <summary>What lies with the site is not the bundle's fault: the release waits, and nothing is rolled back or put into quarantine.</summary>
public sealed class SiteReasonTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private LiveWorld _world = null!;

    public static TheoryData<string> SiteReasons => [.. Of(ReasonKind.Site).Where(code => typeof(ApiReasons).GetField(code) is not null)];

    public static TheoryData<string> BundleReasons => [.. Of(ReasonKind.Bundle).Where(code => typeof(ApiReasons).GetField(code) is not null)];

    public async Task InitializeAsync()
    {
        _world = await LiveWorld.CreateAsync(every: TimeSpan.FromDays(300));
        _world.Publish(1);
        var first = _world.Start();
        await first.PollAsync(default);
        await first.AdvanceAsync(default);
        _world.Publish(2, _world.Second);
        _world.Acknowledged.Clear();
    }

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(SiteReasons))]
    public async Task Advance_SiteRefusesTheDryRun_WaitsBeforeAnythingChanges(string reason)
    {
        _world.TrialRefused = () => Refusal(reason);
        var channel = await AdvanceAsync();

        var status = ChannelStatusBuilder.LastKnown(channel.Record);
        Assert.Equal((TargetProgress.Staged, ChannelState.Waiting, reason, false), (channel.Record.Progress, status.State, status.Reason, status.IsBegun));
        Assert.Empty(channel.Record.Quarantined);
        Assert.NotNull(await channel.GetLiveAsync(default));
        Assert.NotNull(channel.SiteWait.NextTry);
        Assert.Equal([AcknowledgementEvent.Received, AcknowledgementEvent.Staged, AcknowledgementEvent.Waiting], Said());

        await AssertGoesOnAsync(channel);
    }

    [Theory]
    [MemberData(nameof(SiteReasons))]
    public async Task Advance_SiteRefusesTheWrite_WaitsWhereItIs(string reason)
    {
        _world.WriteRefused = () => Refusal(reason);
        var channel = await AdvanceAsync();

        var status = ChannelStatusBuilder.LastKnown(channel.Record);
        Assert.Equal((TargetProgress.Activating, ChannelState.Waiting, reason, true), (channel.Record.Progress, status.State, status.Reason, status.IsBegun));
        Assert.Empty(channel.Record.Quarantined);
        Assert.Equal(
            [AcknowledgementEvent.Received, AcknowledgementEvent.Staged, AcknowledgementEvent.Activating, AcknowledgementEvent.Waiting], Said());

        await AssertGoesOnAsync(channel);
    }

    [Theory]
    [MemberData(nameof(BundleReasons))]
    public async Task Advance_BundleIsAtFault_RollsBackAndQuarantines(string reason)
    {
        // Only the new release; the one before is taken again.
        _world.WriteRefused = () => _world.Applied.Last() == 2 ? Refusal(reason) : null;
        var channel = _world.Start();
        await channel.PollAsync(default);
        var advancing = channel.AdvanceAsync(default);
        await PassTimeUntilAsync(() => advancing.IsCompleted);
        await advancing;

        Assert.Equal(TargetProgress.RolledBack, channel.Record.Progress);
        Assert.Equal((_world.Second, ReasonCodes.ApplyRejected), (Assert.Single(channel.Record.Quarantined).Digest, channel.Record.Failure?.Reason));
        Assert.Contains($"edgesync quarantine lift {_world.Second}", channel.Record.Failure?.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ApiReasons.ClusterError, 3)]
    [InlineData(ApiReasons.ObjectConflict, 3)]
    [InlineData(ApiReasons.AdmissionUnavailable, 3)]
    [InlineData(ApiReasons.ClusterBusy, 3)]
    [InlineData(ApiReasons.ClusterUnauthorized, 1)]
    [InlineData(ApiReasons.ClusterForbidden, 1)]
    public async Task Advance_ControlPlaneHiccups_EndsHealthyInTheSamePass(string reason, int times)
    {
        _world.WriteRefused = () => times-- > 0 ? Refusal(reason, Disposition.Transient) : null;

        var channel = await AdvanceAsync();

        Assert.Equal(TargetProgress.Complete, channel.Record.Progress);
        Assert.DoesNotContain(AcknowledgementEvent.Waiting, Said());
    }

    [Fact]
    public async Task Advance_ControlPlaneIsUnwellForFortySeconds_EndsHealthyInTheSamePass()
    {
        var end = _world.Time.GetUtcNow().AddSeconds(40);
        _world.WriteRefused = () => _world.Time.GetUtcNow() < end ? Refusal(ApiReasons.ClusterError, Disposition.Transient) : null;

        var channel = await AdvanceAsync();

        Assert.Equal(TargetProgress.Complete, channel.Record.Progress);
    }

    [Fact]
    public async Task Advance_PodsCannotBeCreatedForAQuota_WaitsPastTheDeadline()
    {
        _world.KeptUnhealthyBy = ApiReasons.QuotaExceeded;
        var channel = await AdvanceAsync();

        Assert.Equal((TargetProgress.Activating, ApiReasons.QuotaExceeded), (channel.Record.Progress, channel.Record.WaitingFor));
        Assert.Contains("the site does not let it become healthy: Deployment shop/web", channel.Record.Failure?.Message, StringComparison.Ordinal);

        _world.KeptUnhealthyBy = null;
        _world.Time.Advance(channel.SiteWait.NextTry!.Value + TimeSpan.FromSeconds(1));
        await channel.AdvanceAsync(default);

        Assert.Equal(TargetProgress.Complete, channel.Record.Progress);
    }

    [Fact]
    public async Task Advance_StillRefused_ChecksOneObjectAndTriesAllLaterAndLater()
    {
        _world.TrialRefused = () => Refusal(ApiReasons.ClusterForbidden);
        var channel = await AdvanceAsync();
        var trials = _world.Trials;

        for (var pass = 0; pass < 400; pass++)
        {
            _world.Time.Advance(TimeSpan.FromSeconds(5));
            await AdvanceAsync(channel);
        }

        // In over 33 minutes: each try is a few dry runs within seconds, and they are minutes apart.
        Assert.InRange(_world.Checks, 100, 410);
        Assert.InRange(_world.Trials - trials, 2, 200);
        Assert.Single(Said(), said => said == AcknowledgementEvent.Waiting);
    }

    [Fact]
    public async Task Advance_CheckIsMisled_IsNotReliedOnForTheNextTry()
    {
        _world.WriteRefused = () => Refusal(ApiReasons.QuotaExceeded);
        var channel = await AdvanceAsync();
        var writes = _world.Applied.Count;

        for (var second = 0; second < 60; second += 5)
        {
            _world.Time.Advance(TimeSpan.FromSeconds(5));
            await AdvanceAsync(channel);
        }

        Assert.InRange(_world.Applied.Count - writes, 1, 8);
    }

    [Fact]
    public async Task Advance_RestartedInTheWait_TriesAtOnceAndSaysNothingTwice()
    {
        _world.WriteRefused = () => Refusal(ApiReasons.QuotaExceeded);
        await AdvanceAsync();
        var said = Said().Count;

        var again = await AdvanceAsync(_world.Start());
        Assert.Equal((TargetProgress.Activating, said), (again.Record.Progress, Said().Count));

        _world.WriteRefused = () => null;
        again = await AdvanceAsync(_world.Start());
        Assert.Equal(TargetProgress.Complete, again.Record.Progress);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Poll_NewerReleaseInTheWait_TakesItsPlace(bool hasBegun)
    {
        if (hasBegun)
        {
            _world.WriteRefused = () => Refusal(ApiReasons.QuotaExceeded);
        }
        else
        {
            _world.TrialRefused = () => Refusal(ApiReasons.ClusterForbidden);
        }

        var channel = await AdvanceAsync();
        _world.WriteRefused = _world.TrialRefused = () => null;
        _world.Publish(3, _world.Third);

        Assert.True(await channel.PollAsync(default));
        Assert.Null(channel.SiteWait.NextTry);
        await AdvanceAsync(channel);

        Assert.Equal((TargetProgress.Complete, _world.Third), (channel.Record.Progress, channel.Record.LastGood!.Summary.Digest));
        Assert.Empty(channel.Record.Quarantined);
    }

    [Fact]
    public async Task Advance_HeldInTheWaitBeforeTheChange_WaitsForTheHoldThen()
    {
        _world.TrialRefused = () => Refusal(ApiReasons.ClusterForbidden);
        var channel = await AdvanceAsync();
        _world.Hold = new Hold("crew", "in flight", _world.Time.GetUtcNow(), null);
        _world.TrialRefused = () => null;

        channel.SiteWait.Skip();
        await AdvanceAsync(channel);

        Assert.Equal((TargetProgress.Staged, ReasonCodes.Held), (channel.Record.Progress, channel.Record.WaitingFor));
    }

    [Fact]
    public async Task Repair_WhileANewReleaseWaitsForTheSite_KeepsWhatRuns()
    {
        _world.TrialRefused = () => Refusal(ApiReasons.ClusterForbidden);
        var channel = await AdvanceAsync();
        _world.TrialRefused = () => null;
        _world.HasDrifted = true;

        var changed = await channel.RepairAsync((await channel.GetLiveAsync(default))!, default);

        Assert.Single(changed);
        Assert.Equal(1, _world.Acknowledged[^1].Release?.Sequence);
    }

    [Fact]
    public async Task Worker_SomebodyAsksForAPass_TriesAtOnceAndSaysWhenItTriesNext()
    {
        _world.TrialRefused = () => Refusal(ApiReasons.ClusterUnreachable);
        await using var worker = _world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        var pass = worker.PassAsync(new Progress<PipelineProgress>(), default);
        await PassTimeUntilAsync(() => pass.IsCompleted);

        // The clock may have gone on between the passes of the two loops.
        await PassTimeUntilAsync(() => worker.Status.NextTry > _world.Time.GetUtcNow());
        Assert.Equal(ChannelState.Waiting, (await pass).State);

        _world.TrialRefused = () => null;
        var asked = worker.PassAsync(new Progress<PipelineProgress>(), default);

        // The clock may have started another try by itself before the answer changed; it ends with its pause.
        await PassTimeUntilAsync(() => asked.IsCompleted);
        Assert.Equal((ChannelState.Healthy, null), ((await asked).State, (await asked).NextTry));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static IEnumerable<string> Of(ReasonKind kind) =>
        ReasonTable.Subjects.SelectMany(subject => subject.Entries).Where(entry => entry.Kind == kind).Select(entry => entry.Code);

    private static KubernetesApiException Refusal(string reason, Disposition disposition = Disposition.Stalled) =>
        new(reason, $"ConfigMap default/motto: {reason}") { Disposition = disposition };

    private async Task AssertGoesOnAsync(TestChannel channel)
    {
        _world.TrialRefused = _world.WriteRefused = () => null;
        _world.Time.Advance(channel.SiteWait.NextTry!.Value + TimeSpan.FromSeconds(1));
        await channel.AdvanceAsync(default);

        Assert.Equal((TargetProgress.Complete, null), (channel.Record.Progress, channel.Record.WaitingFor));
        Assert.Equal(_world.Second, channel.Record.LastGood!.Summary.Digest);
    }

    private List<AcknowledgementEvent> Said() => [.. _world.Acknowledged.Select(entry => entry.Event)];

    private async Task<TestChannel> AdvanceAsync(TestChannel? known = null)
    {
        var channel = known ?? _world.Start();
        await channel.PollAsync(default);
        var advancing = channel.AdvanceAsync(default);
        await PassTimeUntilAsync(() => advancing.IsCompleted);
        await advancing;
        return channel;
    }

    // Advances from one pause to the next; the next poll is not one.
    private async Task PassTimeUntilAsync(Func<bool> isSo)
    {
        using var bound = new CancellationTokenSource(Bound, TimeProvider.System);
        while (!isSo())
        {
            bound.Token.ThrowIfCancellationRequested();
            if (_world.Time.NextDue is { } due && due - _world.Time.GetUtcNow() is var pause && pause <= TimeSpan.FromSeconds(10))
            {
                _world.Time.Advance(pause > TimeSpan.Zero ? pause : TimeSpan.Zero);
            }

            await Task.Yield();
        }
    }
}
