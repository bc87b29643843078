using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Releases;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

/// <summary>A channel whose newest record has expired: the site begins no change, and does everything else.</summary>
public sealed class FreezeTests : IAsyncLifetime
{
    private static readonly LabelSelector Others = new() { MatchLabels = new Dictionary<string, string> { ["region"] = "nowhere" } };

    private LiveWorld _world = null!;

    [Fact]
    public async Task CheckFreshness_NewestExpired_IsAcknowledgedOnceAndWhatRunsStaysHealthy()
    {
        var site = await RunAsync(1);
        _world.Acknowledged.Clear();
        _world.Time.Advance(TimeSpan.FromDays(31));

        site.CheckFreshness();
        site.CheckFreshness();

        var said = Assert.Single(_world.Acknowledged);
        var status = ChannelStatusBuilder.LastKnown(site.Record);
        Assert.Equal((AcknowledgementEvent.Waiting, ReasonCodes.FreezeSuspected), (said.Event, said.Reason));
        Assert.Equal((ChannelState.Healthy, ReasonCodes.FreezeSuspected), (status.State, status.Reason));
        Assert.Equal(_world.Time.GetUtcNow(), status.FrozenSince);
    }

    [Fact]
    public async Task CheckFreshness_AfterARestart_IsNotAcknowledgedAgain()
    {
        var site = await RunAsync(1);
        _world.Time.Advance(TimeSpan.FromDays(31));
        site.CheckFreshness();
        _world.Acknowledged.Clear();

        _world.Start().CheckFreshness();

        Assert.Empty(_world.Acknowledged);
    }

    [Fact]
    public async Task CheckFreshness_FreshReleaseComes_IsOver()
    {
        var site = await RunAsync(1);
        _world.Time.Advance(TimeSpan.FromDays(31));
        site.CheckFreshness();
        _world.Publish(2);

        await site.PollAsync(default);
        site.CheckFreshness();

        Assert.Null(site.Record.FrozenSince);
    }

    [Fact]
    public async Task CheckFreshness_ReleaseForOthersExpired_CountsAsWell()
    {
        var site = await RunAsync(1);
        _world.Publish(2, validFor: TimeSpan.FromDays(1), sites: Others);
        await site.PollAsync(default);
        _world.Time.Advance(TimeSpan.FromDays(2));

        site.CheckFreshness();

        Assert.NotNull(site.Record.FrozenSince);
    }

    [Fact]
    public async Task AdvanceAsync_Frozen_HoldsTheStagedChangeUntilAFreshRelease()
    {
        var site = await RunAsync(1);
        _world.Hold = new Hold("crew", "in flight", _world.Time.GetUtcNow(), null);
        await TakeAsync(site, 2, TimeSpan.FromDays(30));
        _world.Publish(3, validFor: TimeSpan.FromDays(1), sites: Others);
        await site.PollAsync(default);
        _world.Time.Advance(TimeSpan.FromDays(2));
        _world.Hold = null;

        await site.AdvanceAsync(default);

        Assert.Equal((TargetProgress.Staged, ReasonCodes.FreezeSuspected), (site.Record.Progress, site.Record.WaitingFor));
        await TakeAsync(site, 4, TimeSpan.FromDays(30));
        Assert.Equal((4L, TargetProgress.Complete), (site.Record.LastGood?.Summary.Sequence, site.Record.Progress));
    }

    [Fact]
    public async Task RepairAsync_Frozen_StillRepairsDrift()
    {
        var site = await RunAsync(1);
        _world.Time.Advance(TimeSpan.FromDays(31));
        site.CheckFreshness();
        _world.HasDrifted = true;

        var changed = await site.RepairAsync((await site.GetLiveAsync(default))!, default);

        Assert.Single(changed);
        Assert.Equal(AcknowledgementEvent.Repaired, _world.Acknowledged[^1].Event);
    }

    [Fact]
    public async Task CheckFreshness_ClockIn2099PutRight_IsFreshAgainAndChangesGoOn()
    {
        var site = await RunAsync(1);
        var now = _world.Time.GetUtcNow();
        _world.Time.SetUtcNow(new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        site.CheckFreshness();
        var frozen = site.Record.FrozenSince;
        _world.Time.SetUtcNow(now.AddHours(1));

        site.CheckFreshness();
        await TakeAsync(site, 2, TimeSpan.FromDays(30));

        Assert.NotNull(frozen);
        Assert.Equal((null, 2L), (site.Record.FrozenSince, site.Record.LastGood?.Summary.Sequence));
    }

    [Fact]
    public async Task AdvanceAsync_StagedReleaseRefusedByAClockIn2099_IsActivatedWhenTheClockIsRight()
    {
        var site = await RunAsync(1);
        _world.Hold = new Hold("crew", "in flight", _world.Time.GetUtcNow(), null);
        await TakeAsync(site, 2, TimeSpan.FromDays(30));
        var now = _world.Time.GetUtcNow();
        _world.Hold = null;
        _world.Time.SetUtcNow(new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await site.AdvanceAsync(default);
        var refused = site.Record.Refused?.Reason;
        _world.Time.SetUtcNow(now.AddHours(1));

        await site.PollAsync(default);
        await site.AdvanceAsync(default);

        Assert.Equal(ReasonCodes.ReleaseExpired, refused);
        Assert.Equal((2L, null), (site.Record.LastGood?.Summary.Sequence, site.Record.Refused));
    }

    public async Task InitializeAsync() => _world = await LiveWorld.CreateAsync();

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    private async Task<TestChannel> RunAsync(long sequence)
    {
        var site = _world.Start();
        await TakeAsync(site, sequence, TimeSpan.FromDays(30));
        return site;
    }

    private async Task TakeAsync(TestChannel site, long sequence, TimeSpan validFor)
    {
        _world.Publish(sequence, validFor: validFor);
        await site.PollAsync(default);
        await site.AdvanceAsync(default);
    }
}
