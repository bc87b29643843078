using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

/// <summary>A channel that follows a plain tag of bundles: each new digest is a target, its signatures count, and nothing else does.</summary>
public sealed class PlainTagTests : IAsyncLifetime
{
    private const string Unprotected = "follows the plain tag r.example/releases:latest, without protection against replay and freeze";

    private LiveWorld _world = null!;

    public async Task InitializeAsync()
    {
        _world = await LiveWorld.CreateAsync();
        _world.Tag = "latest";
    }

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Tag_NamesABundle_IsActivatedAndSaysWhatDoesNotProtectIt()
    {
        await FollowAsync(_world.First);

        Assert.Equal((TargetProgress.Complete, _world.First, 1L), (_world.Record.Progress, _world.Record.LastGood!.Summary.Digest, _world.Record.LastGood.Summary.Sequence));
        Assert.Equal((null, null, Unprotected), (_world.Record.HighestSeen, _world.Record.NewestExpires, _world.Acknowledged[0].Message));
        var status = ChannelStatusBuilder.LastKnown(_world.Record);
        Assert.Equal((ChannelState.Healthy, "r.example/releases:latest", Unprotected), (status.State, status.Tag, status.Message));
    }

    [Fact]
    public async Task Tag_AgentRuns_StatusSaysItToo()
    {
        _world.TagNames = _world.First;
        await using var worker = _world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);

        var status = await worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal((ChannelState.Healthy, Unprotected), (status.State, status.Message));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Tag_MovedToAnotherBundleAndBack_IsFollowedAndSaysSo()
    {
        await FollowAsync(_world.First);
        await FollowAsync(_world.Second);
        Assert.False(_world.Record.Tag!.IsBack);
        _world.Acknowledged.Clear();

        await FollowAsync(_world.First);

        Assert.Equal((TargetProgress.Complete, _world.First, 3L), (_world.Record.Progress, _world.Record.LastGood!.Summary.Digest, _world.Record.LastGood.Summary.Sequence));
        Assert.Equal($"{Unprotected}; the tag was moved back to a bundle that it had named before", _world.Acknowledged[0].Message);
        Assert.Equal(_world.Acknowledged[0].Message, ChannelStatusBuilder.LastKnown(_world.Record).Message);
        Assert.Equal([_world.First, _world.Second], _world.Record.Tag!.Named);
    }

    [Fact]
    public async Task Tag_NotMoved_IsNoNewTarget()
    {
        await FollowAsync(_world.First);
        var before = _world.Record;

        Assert.False(await _world.Start().PollAsync(default));

        Assert.Equal(before, _world.Record);
    }

    [Fact]
    public async Task Tag_BundleThatNobodyTrusted_IsRefusedUntilItsSignaturesCome()
    {
        await FollowAsync(_world.First);
        _world.TagNames = _world.Second;
        _world.IsBundleTrusted = false;
        var channel = _world.Start();

        Assert.False(await channel.PollAsync(default));
        Assert.False(await channel.PollAsync(default));

        // What runs, or is on its way, is not touched.
        Assert.Equal((ReasonCodes.SignatureUntrusted, _world.Second, _world.First), (channel.Record.Refused?.Reason, channel.Record.Refused?.Artifact, channel.Record.Target?.Summary.Digest));
        Assert.Single(_world.Acknowledged, entry => entry.Event == AcknowledgementEvent.Rejected);
        Assert.Equal(ChannelState.Rejected, ChannelStatusBuilder.LastKnown(channel.Record).State);

        _world.IsBundleTrusted = true;
        _world.Time.Advance(TimeSpan.FromHours(1));
        Assert.True(await channel.PollAsync(default));
        await channel.AdvanceAsync(default);
        Assert.Equal((TargetProgress.Complete, _world.Second, (Refusal?)null), (channel.Record.Progress, channel.Record.LastGood?.Summary.Digest, channel.Record.Refused));
    }

    [Fact]
    public async Task Tag_BundleFails_IsRolledBackAndStaysInQuarantine()
    {
        await FollowAsync(_world.First);
        _world.IsHealthy = false;
        var failed = await FollowAsync(_world.Second);
        Assert.Equal(TargetProgress.RolledBack, failed.Progress);
        _world.IsHealthy = true;

        Assert.Equal(TargetProgress.RolledBack, (await FollowAsync(_world.Second)).Progress);
        Assert.Equal(TargetProgress.Complete, (await FollowAsync(_world.Third)).Progress);
        var again = await FollowAsync(_world.Second);

        Assert.Equal((ReasonCodes.Quarantined, _world.Third), (again.Refused?.Reason, again.LastGood?.Summary.Digest));
    }

    [Fact]
    public async Task Restart_BundleOfATag_IsVerifiedAgainByItsOwnSignatures()
    {
        _world.TagNames = _world.First;
        Assert.True(await _world.Start().PollAsync(default));
        _world.IsPollAnswered = false;
        _world.IsBundleTrusted = false;

        var refused = _world.Start();
        var failure = await Assert.ThrowsAsync<ReconciliationException>(() => refused.AdvanceAsync(default));
        Assert.Equal((ReasonCodes.SignatureUntrusted, 0), (failure.Reason, _world.WholeWrites));

        _world.IsBundleTrusted = true;
        var channel = _world.Start();
        await channel.AdvanceAsync(default);
        Assert.Equal(TargetProgress.Complete, channel.Record.Progress);
    }

    [Fact]
    public async Task Hold_NewBundleOfATag_WaitsStaged()
    {
        await FollowAsync(_world.First);
        _world.Hold = new Hold("crew", "in flight", _world.Time.GetUtcNow(), null);

        var held = await FollowAsync(_world.Second);

        Assert.Equal((TargetProgress.Staged, ReasonCodes.Held), (held.Progress, held.WaitingFor));
    }

    [Fact]
    public async Task Running_TrustIsLost_RunsOnAndSaysSo()
    {
        await FollowAsync(_world.First);
        _world.IsBundleTrusted = false;

        var channel = _world.Start();
        var live = await channel.GetLiveAsync(default);

        Assert.Equal(_world.First, live?.Summary.Digest);
        Assert.Equal(ReasonCodes.SignatureUntrusted, channel.Distrust?.Reason);
    }

    [Fact]
    public async Task Releases_AfterATag_CountAsBeforeAndTheTagsBundleIsNoRelease()
    {
        _world.Tag = null;
        _world.Publish(5, validFor: TimeSpan.FromHours(1));
        await PassAsync();
        _world.Tag = "latest";
        var tagged = await FollowAsync(_world.Second);
        _world.Time.Advance(TimeSpan.FromHours(2));
        var channel = _world.Start();
        channel.CheckFreshness();
        Assert.Equal((5L, null, null), (tagged.HighestSeen?.Sequence, tagged.NewestExpires, channel.Record.FrozenSince));

        _world.Tag = null;
        var releases = _world.Start();
        Assert.NotNull(await releases.GetLiveAsync(default));
        Assert.Contains("came by a plain tag", releases.Distrust?.Message, StringComparison.Ordinal);
        _world.Publish(4, _world.Third);
        Assert.Equal(ReasonCodes.SequenceReplayed, (await PassAsync()).Refused?.Reason);

        // The numbers of the tag's bundles did not use up any of the releases' numbers.
        _world.Publish(6, _world.Third);
        var released = await PassAsync();
        Assert.Equal((TargetProgress.Complete, _world.Third, (FollowedTag?)null), (released.Progress, released.LastGood?.Summary.Digest, released.Tag));
    }

    private async Task<ChannelRecord> FollowAsync(Digest bundle)
    {
        _world.TagNames = bundle;
        return await PassAsync();
    }

    // A process of its own: it polls, and goes as far as it can.
    private async Task<ChannelRecord> PassAsync()
    {
        var channel = _world.Start();
        await channel.PollAsync(default);
        if (channel.Record.IsUnderWay)
        {
            await channel.AdvanceAsync(default);
        }

        return channel.Record;
    }
}
