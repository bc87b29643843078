using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

/// <summary>A bundle that failed here is not tried again, on any path, until a release says so or a person lifts the quarantine.</summary>
public sealed class QuarantineTests : IAsyncLifetime
{
    private LiveWorld _world = null!;

    public async Task InitializeAsync()
    {
        _world = await LiveWorld.CreateAsync(every: TimeSpan.FromDays(300));
        _world.Publish(1);
        await AdvanceAsync(_world.Start());
        _world.Publish(2, _world.Second);
        _world.IsHealthy = false;
        await AdvanceAsync(_world.Start());
        _world.IsHealthy = true;
        await AdvanceAsync(_world.Start());
        _world.Acknowledged.Clear();
        _world.Applied.Clear();
    }

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Poll_NewReleaseOfTheFailedBundle_IsRefusedBeforeItIsFetched(bool isAfterRestart)
    {
        var channel = _world.Start();
        _world.Publish(3, _world.Second);
        var fetches = _world.FetchesBegun.CurrentCount;

        Assert.False(await channel.PollAsync(default));
        channel = isAfterRestart ? _world.Start() : channel;
        await channel.PollAsync(default);
        await channel.AdvanceAsync(default);

        var status = ChannelStatusBuilder.LastKnown(channel.Record);
        Assert.Equal((ChannelState.Rejected, ReasonCodes.Quarantined, 3L), (status.State, status.Reason, status.Pending?.Sequence));
        Assert.Contains($"edgesync quarantine lift {_world.Second}", status.Hint, StringComparison.Ordinal);
        Assert.Equal([AcknowledgementEvent.Rejected], Said());
        Assert.Equal(fetches, _world.FetchesBegun.CurrentCount);
        Assert.Empty(_world.Applied);
    }

    [Fact]
    public async Task Poll_ReleaseThatSaysSo_TriesItAgain()
    {
        var channel = _world.Start();
        _world.Publish(3, _world.Second, retryFailed: true);

        await AdvanceAsync(channel);

        Assert.Equal((TargetProgress.Complete, _world.Second), (channel.Record.Progress, channel.Record.LastGood!.Summary.Digest));
        Assert.Empty(channel.Record.Quarantined);
    }

    [Fact]
    public async Task Poll_AnotherBundle_LeavesTheQuarantineAsItIs()
    {
        var channel = _world.Start();
        _world.Publish(3, _world.Third);
        await AdvanceAsync(channel);
        Assert.Equal(_world.Third, channel.Record.LastGood!.Summary.Digest);

        _world.Publish(4, _world.Second);
        await channel.PollAsync(default);

        Assert.Equal(ReasonCodes.Quarantined, channel.Record.Refused?.Reason);
        Assert.Equal(_world.Second, Assert.Single(channel.Record.Quarantined).Digest);
    }

    [Fact]
    public async Task Lift_OfWhatFailedLast_TriesItAgainAndIsAcknowledged()
    {
        var channel = _world.Start();

        Assert.True(channel.Lift(_world.Second, "crew", _world.Time.GetUtcNow()));
        Assert.False(channel.Lift(_world.Second, "crew", _world.Time.GetUtcNow()));
        await AdvanceAsync(channel);

        Assert.Equal((TargetProgress.Complete, _world.Second), (channel.Record.Progress, channel.Record.LastGood!.Summary.Digest));
        Assert.Equal(
            (AcknowledgementEvent.Released, ReasonCodes.Quarantined, $"crew lifted the quarantine of {_world.Second} on channel stable; it had failed with release 2: HealthFailed"),
            (_world.Acknowledged[0].Event, _world.Acknowledged[0].Reason, _world.Acknowledged[0].Message));
    }

    [Fact]
    public async Task Lift_OfWhatWasRefused_TakesTheRelease()
    {
        var channel = _world.Start();
        _world.Publish(3, _world.Second);
        await channel.PollAsync(default);

        channel.Lift(_world.Second, "crew", _world.Time.GetUtcNow());
        await AdvanceAsync(channel);

        Assert.Equal((3L, TargetProgress.Complete, null), (channel.Record.Target!.Summary.Sequence, channel.Record.Progress, channel.Record.Refused));
    }

    [Fact]
    public async Task Lift_AndItFailsAgain_IsInQuarantineAgain()
    {
        var channel = _world.Start();
        channel.Lift(_world.Second, "crew", _world.Time.GetUtcNow());
        _world.IsHealthy = false;

        await AdvanceAsync(channel);

        Assert.Equal(TargetProgress.RolledBack, channel.Record.Progress);
        Assert.Equal(_world.Second, Assert.Single(channel.Record.Quarantined).Digest);
    }

    [Theory]
    [InlineData(TargetProgress.Received, TargetProgress.Received)]
    [InlineData(TargetProgress.Staged, TargetProgress.Staged)]
    [InlineData(TargetProgress.Activating, TargetProgress.RolledBack)]
    public async Task Advance_ResumedWithAFailedBundleOnItsWay_DoesNotActivateIt(TargetProgress progress, TargetProgress ends)
    {
        // As an agent left it that did not look at the quarantine.
        _world.Commit(_world.Record with { Progress = progress, Failure = null });
        var channel = _world.Start();

        await AdvanceAsync(channel);

        Assert.Equal(ends, channel.Record.Progress);
        Assert.DoesNotContain(2, _world.Applied);
    }

    [Fact]
    public async Task Advance_LastGoodIsInQuarantineItself_IsNotGoneBackTo()
    {
        // The bundle that runs was released again and failed: it is last-good and in quarantine.
        _world.Publish(3, _world.First);
        _world.IsHealthy = false;
        await AdvanceAsync(_world.Start());
        Assert.Contains(_world.Record.Quarantined, failed => failed.Digest == _world.First);
        _world.Applied.Clear();

        _world.Publish(4, _world.Third);
        var channel = _world.Start();
        await AdvanceAsync(channel);

        Assert.Equal(TargetProgress.Failed, channel.Record.Progress);
        Assert.DoesNotContain(1, _world.Applied.SkipWhile(release => release != 4));
        Assert.Contains("what ran before is not gone back to", channel.Record.Failure?.Message, StringComparison.Ordinal);
    }

    private static async Task AdvanceAsync(TestChannel channel)
    {
        await channel.PollAsync(default);
        await channel.AdvanceAsync(default);
    }

    private List<AcknowledgementEvent> Said() => [.. _world.Acknowledged.Select(entry => entry.Event)];
}
