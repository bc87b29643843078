using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Reconciliation.Tests.Channels;

public sealed class ChannelStatusBuilderTests
{
    private static readonly AcknowledgedRelease One = new("stable", 1, Digest.Of("one"u8), "shop", "1");
    private static readonly AcknowledgedRelease Two = new("stable", 2, Digest.Of("two"u8), "shop", "2");

    [Fact]
    public void Of_NothingEverReleased_IsEmpty() => Assert.Equal(ChannelState.Empty, Of(new ChannelRecord { Channel = "stable" }).State);

    [Theory]
    [InlineData(TargetProgress.Received, ChannelState.Progressing)]
    [InlineData(TargetProgress.Staged, ChannelState.Progressing)]
    [InlineData(TargetProgress.Activating, ChannelState.Progressing)]
    [InlineData(TargetProgress.Healthy, ChannelState.Progressing)]
    [InlineData(TargetProgress.RollingBack, ChannelState.Progressing)]
    [InlineData(TargetProgress.Complete, ChannelState.Healthy)]
    [InlineData(TargetProgress.RolledBack, ChannelState.RolledBack)]
    [InlineData(TargetProgress.Failed, ChannelState.Failed)]
    public void Of_Progress_NamesTheState(TargetProgress progress, ChannelState expected) =>
        Assert.Equal(expected, Of(Record(Two, progress)).State);

    [Fact]
    public void Of_NewReleaseUnderWay_ShowsBoth()
    {
        var status = Of(Record(Two, TargetProgress.Received) with { LastGood = Copy(One) });

        Assert.Equal((One, Two), (status.Running, status.Pending));
    }

    [Fact]
    public void Of_Complete_HasNothingPending()
    {
        var status = Of(Record(Two, TargetProgress.Complete) with { LastGood = Copy(Two) });

        Assert.Equal((Two, null), (status.Running, status.Pending));
    }

    [Fact]
    public void Of_ObjectsThatAreHeldBack_IsHealthyAndSaysWhy()
    {
        var record = Record(Two, TargetProgress.Complete) with { LastGood = Copy(Two), Remark = "healthy as far as it can be: Deployment shop/web: it is paused" };

        var status = Of(record);

        Assert.Equal((ChannelState.Healthy, record.Remark), (status.State, status.Message));
        Assert.Null(Of(record with { Progress = TargetProgress.Activating }).Message);
    }

    [Fact]
    public void Of_Refused_SaysWhyAndWhatToDo()
    {
        var refusal = new Refusal(Two.Digest, ReasonCodes.SignatureMissing, "no signature", "sign it", Two);

        var status = Of(Record(Two, TargetProgress.Received) with { LastGood = Copy(One), Refused = refusal });

        Assert.Equal((ChannelState.Rejected, ReasonCodes.SignatureMissing, "sign it"), (status.State, status.Reason, status.Hint));
    }

    [Fact]
    public void Of_NewestReleaseForOtherSites_IsHealthyAndSaysSo()
    {
        var status = Of(Record(One, TargetProgress.Complete) with { LastGood = Copy(One), ForOthers = 9 });

        Assert.Equal(
            (ChannelState.Healthy, null, "the newest release, 9, is for other sites", null),
            (status.State, status.Reason, status.Message, status.Pending));
    }

    [Fact]
    public void Of_ChannelThatTheRegistryNoLongerHas_StaysHealthyAndSaysWhatTheSiteKnowsAndSinceWhen()
    {
        var record = Record(One, TargetProgress.Complete) with
        {
            LastGood = Copy(One),
            HighestSeen = new SeenRelease(1, Digest.Of("a"u8)),
            Missing = new MissingChannel("there is no tag 'stable'", "Check it.", DateTimeOffset.UnixEpoch.AddDays(3)),
            Since = DateTimeOffset.UnixEpoch,
        };

        var status = ChannelStatusBuilder.LastKnown(record, DateTimeOffset.UnixEpoch.AddDays(4));

        Assert.Equal((ChannelState.Healthy, "NotFound", "Check it."), (status.State, status.Reason, status.Hint));
        Assert.Equal(
            "there is no tag 'stable', since 1970-01-04 00:00:00Z; this site goes on with what it knows, release 1, unchanged since 1970-01-01 00:00:00Z, for 4 days",
            status.Message);
    }

    [Fact]
    public void Of_ChannelThatWasNeverThere_IsEmptyWithAReason()
    {
        var record = new ChannelRecord { Channel = "stable", Missing = new MissingChannel("no repository", "Check it.", DateTimeOffset.UnixEpoch) };

        var status = ChannelStatusBuilder.Of(record, null, null, lastSeen: null);

        Assert.Equal((ChannelState.Empty, "NotFound", "no repository"), (status.State, status.Reason, status.Message));
    }

    [Fact]
    public void Of_ChannelWithoutAReleaseYet_SaysSo()
    {
        var status = ChannelStatusBuilder.Of(new ChannelRecord { Channel = "stable" }, null, null, lastSeen: DateTimeOffset.UnixEpoch);

        Assert.Equal((ChannelState.Empty, null, "no release was published to this channel yet"), (status.State, status.Reason, status.Message));
    }

    [Fact]
    public void Of_RegistryGone_StaysHealthyAndSaysSo()
    {
        var status = ChannelStatusBuilder.Of(
            Record(One, TargetProgress.Complete), null, new StorageException("RegistryUnreachable", "no route"), lastSeen: null);

        Assert.Equal((ChannelState.Healthy, "RegistryUnreachable"), (status.State, status.Reason));
    }

    [Fact]
    public void Of_LiveStateCannotBeBroughtBack_IsDegraded()
    {
        var status = ChannelStatusBuilder.Of(
            Record(One, TargetProgress.Complete), null, new ReconciliationException(ReasonCodes.HealthFailed, "crashes"), lastSeen: null);

        Assert.Equal(ChannelState.Degraded, status.State);
    }

    [Fact]
    public void Of_LiveStateCannotBeLookedAt_SaysWhyAndIsNotDegraded()
    {
        var status = ChannelStatusBuilder.Of(
            Record(One, TargetProgress.Complete), null, new ReconciliationException(ApiReasons.ClusterUnreachable, "no route"), lastSeen: null);

        Assert.Equal((ChannelState.Healthy, ApiReasons.ClusterUnreachable), (status.State, status.Reason));
    }

    [Fact]
    public void Of_RolledBack_KeepsTheReasonOfTheFailure()
    {
        var status = Of(Record(Two, TargetProgress.RolledBack) with { LastGood = Copy(One), Failure = new Failure(ReasonCodes.HealthFailed, "crashes") });

        Assert.Equal(ReasonCodes.HealthFailed, status.Reason);
    }

    private static ChannelStatus Of(ChannelRecord record) => ChannelStatusBuilder.Of(record, null, null, null);

    private static ChannelRecord Record(AcknowledgedRelease target, TargetProgress progress) =>
        new() { Channel = "stable", Target = Copy(target), Progress = progress };

    private static ReleaseCopy Copy(AcknowledgedRelease release) => new(release, Digest.Of("payload"u8), [1]);
}
