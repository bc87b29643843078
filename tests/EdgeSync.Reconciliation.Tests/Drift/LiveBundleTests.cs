using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Tests.Drift;

/// <summary>What runs keeps running, and keeps being repaired, whatever is lost: trust, content, the link.</summary>
public sealed class LiveBundleTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private LiveWorld _world = null!;

    public async Task InitializeAsync()
    {
        _world = await LiveWorld.CreateAsync();
        _world.Publish(1);
        var first = _world.Start();
        await first.PollAsync(default);
        await first.AdvanceAsync(default);
        Assert.Equal(TargetProgress.Complete, _world.Record.Progress);
        _world.Acknowledged.Clear();
    }

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task RepairAsync_ReleaseKeysReplaced_KeepsRunningIsRepairedAndReportsIt()
    {
        var after = _world.Start(othersTrusted: true);
        _world.HasDrifted = true;

        var live = await after.GetLiveAsync(default);
        await after.RepairAsync(live!, default);

        Assert.Equal(
            [AcknowledgementEvent.Distrusted, AcknowledgementEvent.Drifted, AcknowledgementEvent.Repaired], _world.Acknowledged.Select(entry => entry.Event));
        Assert.Equal(ReasonCodes.NoLongerTrusted, _world.Acknowledged[0].Reason);
        Assert.Contains("the rule 'trust.releases'", _world.Acknowledged[0].Message, StringComparison.Ordinal);
        Assert.Equal(ReasonCodes.ThresholdNotMet, after.Distrust?.Reason);
        var status = ChannelStatusBuilder.Of(after.Record, null, null, null, after.Distrust);
        Assert.Equal((ChannelState.Healthy, ReasonCodes.NoLongerTrusted), (status.State, status.Reason));
    }

    [Fact]
    public async Task RepairAsync_BundleKeysReplaced_KeepsRunningIsRepairedAndReportsIt()
    {
        _world.IsBundleTrusted = false;
        var after = _world.Start();
        _world.HasDrifted = true;

        await after.RepairAsync((await after.GetLiveAsync(default))!, default);

        Assert.Equal(
            [AcknowledgementEvent.Distrusted, AcknowledgementEvent.Drifted, AcknowledgementEvent.Repaired], _world.Acknowledged.Select(entry => entry.Event));
        Assert.Equal(ReasonCodes.SignatureUntrusted, after.Distrust?.Reason);
    }

    [Fact]
    public async Task GetLiveAsync_NoLongerTrusted_IsAcknowledgedOnceOverRestartsAndAgainWhenItComesBack()
    {
        _world.IsBundleTrusted = false;
        await _world.Start().GetLiveAsync(default);
        await _world.Start().GetLiveAsync(default);
        Assert.Equal([AcknowledgementEvent.Distrusted], _world.Acknowledged.Select(entry => entry.Event));

        _world.IsBundleTrusted = true;
        var trusted = _world.Start();
        await trusted.GetLiveAsync(default);
        Assert.Null(trusted.Record.Distrusted);
        Assert.Single(_world.Acknowledged);

        _world.IsBundleTrusted = false;
        await _world.Start().GetLiveAsync(default);
        Assert.Equal([AcknowledgementEvent.Distrusted, AcknowledgementEvent.Distrusted], _world.Acknowledged.Select(entry => entry.Event));
    }

    [Fact]
    public async Task PollAsync_NewReleaseByKeysThatAreNoLongerTrusted_IsRefused()
    {
        var after = _world.Start(othersTrusted: true);
        _world.Publish(2);

        Assert.False(await after.PollAsync(default));

        Assert.Equal(ReasonCodes.ThresholdNotMet, after.Record.Refused?.Reason);
        Assert.NotNull(await after.GetLiveAsync(default));
    }

    [Fact]
    public async Task AdvanceAsync_StagedUnderAnotherPolicy_IsNotActivated()
    {
        var before = _world.Start();
        _world.Publish(2);
        await before.PollAsync(default);
        _world.Commit(_world.Record with { Progress = TargetProgress.Staged });
        _world.IsBundleTrusted = false;
        var after = _world.Start();

        await Assert.ThrowsAsync<ReconciliationException>(() => after.AdvanceAsync(default));

        Assert.Equal((TargetProgress.Staged, ReasonCodes.SignatureUntrusted), (_world.Record.Progress, _world.Record.Refused?.Reason));
        Assert.NotNull(await after.GetLiveAsync(default));
    }

    [Fact]
    public async Task AdvanceAsync_HalfActivatedUnderAnotherPolicy_GoesBackToWhatRan()
    {
        var before = _world.Start();
        _world.Publish(2);
        await before.PollAsync(default);
        _world.Commit(_world.Record with
        {
            Progress = TargetProgress.Activating,
            LastGood = _world.Record.LastGood! with { Summary = _world.Record.LastGood!.Summary with { Digest = Primitives.Digest.Of("another"u8) } },
        });
        _world.IsBundleTrusted = false;

        await _world.Start().AdvanceAsync(default);

        Assert.Equal(TargetProgress.RolledBack, _world.Record.Progress);
        Assert.Contains(AcknowledgementEvent.RolledBack, _world.Acknowledged.Select(entry => entry.Event));
    }

    [Fact]
    public async Task GetLiveAsync_ContentLostAndNoLink_IsRepairedAndReportsWhatIsMissing()
    {
        (_world.IsContentLost, _world.IsLinkUp, _world.HasDrifted) = (true, false, true);
        var after = _world.Start();

        var live = await after.GetLiveAsync(default);
        await after.RepairAsync(live!, default);

        Assert.Equal(ReasonCodes.ContentLost, live!.MissingContent?.Reason);
        Assert.Contains("no route to r.example", live.MissingContent!.Message, StringComparison.Ordinal);
        Assert.Contains(AcknowledgementEvent.Repaired, _world.Acknowledged.Select(entry => entry.Event));

        _world.IsLinkUp = true;
        Assert.Null((await after.GetLiveAsync(default))!.MissingContent);
        Assert.False(_world.IsContentLost);
    }

    [Fact]
    public async Task ContentLost_WithALink_IsFetchedAtOnce()
    {
        await using var worker = _world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        await worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound);
        await DrainAsync();
        _world.IsContentLost = true;

        // No clock moves here: nothing but the report itself can make it fetch.
        worker.ContentLost();

        Assert.True(await _world.Fetches.WaitAsync(Bound));
        Assert.False(_world.IsContentLost);
        await StopAsync(stop, running);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ContentLost_DuringTheWaitForHealth_IsFetchedBeforeTheWaitEnds(bool isNewRelease)
    {
        await using var worker = _world.StartWorker();
        using var stop = new CancellationTokenSource();
        var pulled = new TaskCompletionSource();
        _world.HealthComes = pulled.Task;
        if (isNewRelease)
        {
            _world.Publish(2, _world.Second);
        }

        var running = worker.RunAsync(stop.Token);
        Assert.True(await _world.HealthWaits.WaitAsync(Bound));
        await DrainAsync();
        _world.IsContentLost = true;

        // A pod asks the mirror for missing content. No clock moves here, and nothing is healthy before the content is back.
        worker.ContentLost();

        Assert.True(await _world.Fetches.WaitAsync(Bound));
        pulled.SetResult();
        var status = await worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound);
        Assert.Equal((ChannelState.Healthy, isNewRelease ? 2 : 1), (status.State, status.Running?.Sequence));
        await StopAsync(stop, running);
    }

    [Fact]
    public async Task ContentLost_DuringTheWaitForHealthAndNoLink_IsTriedAgain()
    {
        await using var worker = _world.StartWorker();
        using var stop = new CancellationTokenSource();
        var pulled = new TaskCompletionSource();
        _world.HealthComes = pulled.Task;
        _world.Publish(2, _world.Second);
        var running = worker.RunAsync(stop.Token);
        Assert.True(await _world.HealthWaits.WaitAsync(Bound));
        await DrainAsync();
        (_world.IsContentLost, _world.IsLinkUp) = (true, false);
        worker.ContentLost();
        Assert.True(await _world.VainFetches.WaitAsync(Bound));
        _world.IsLinkUp = true;

        // The pod asks again, because the kubelet retries.
        worker.ContentLost();
        using var bound = new CancellationTokenSource(Bound, TimeProvider.System);
        while (_world.Fetches.CurrentCount == 0)
        {
            bound.Token.ThrowIfCancellationRequested();
            _world.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        pulled.SetResult();
        Assert.Equal(ChannelState.Healthy, (await worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound)).State);
        await StopAsync(stop, running);
    }

    [Fact]
    public async Task ContentLost_WithoutALink_ShowsInTheStatusUntilTheLinkIsBack()
    {
        await using var worker = _world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        await worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound);
        (_world.IsContentLost, _world.IsLinkUp) = (true, false);

        worker.ContentLost();
        var without = await worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound);
        _world.IsLinkUp = true;
        var with = await worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound);

        Assert.Equal((ChannelState.Healthy, ReasonCodes.ContentLost), (without.State, without.Reason));
        Assert.Equal((ChannelState.Healthy, null), (with.State, with.Reason));
        await StopAsync(stop, running);
    }

    private async Task DrainAsync()
    {
        while (_world.Fetches.CurrentCount > 0)
        {
            await _world.Fetches.WaitAsync();
        }
    }

    private static async Task StopAsync(CancellationTokenSource stop, Task running)
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
