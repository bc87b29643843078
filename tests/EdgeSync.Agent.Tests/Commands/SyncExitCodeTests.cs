using EdgeSync.Agent.Commands;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Oci;

namespace EdgeSync.Agent.Tests.Commands;

public sealed class SyncExitCodeTests
{
    [Theory]
    [InlineData(ChannelState.Healthy, null, 0)]
    [InlineData(ChannelState.Empty, null, 0)]
    [InlineData(ChannelState.Degraded, ReasonCodes.HealthFailed, 1)]
    [InlineData(ChannelState.Failed, ReasonCodes.ApplyRejected, 1)]
    [InlineData(ChannelState.RolledBack, ReasonCodes.HealthDeadlineExceeded, 3)]
    [InlineData(ChannelState.Rejected, ReasonCodes.ReleaseExpired, 4)]
    [InlineData(ChannelState.Rejected, ReasonCodes.AgentTooOld, 4)]
    [InlineData(ChannelState.Rejected, ReasonCodes.RequirementsNotMet, 4)]
    [InlineData(ChannelState.Rejected, ReasonCodes.DestructiveChange, 4)]
    [InlineData(ChannelState.Rejected, ReasonCodes.BundleInvalid, 65)]
    [InlineData(ChannelState.Rejected, RegistryReasons.PlatformMissing, 65)]
    [InlineData(ChannelState.Rejected, RegistryReasons.NotFound, 66)]
    [InlineData(ChannelState.Healthy, RegistryReasons.Unauthorized, 67)]
    [InlineData(ChannelState.Empty, RegistryReasons.Denied, 67)]
    [InlineData(ChannelState.Progressing, ApiReasons.ClusterForbidden, 67)]
    [InlineData(ChannelState.Healthy, RegistryReasons.RegistryUnreachable, 69)]
    [InlineData(ChannelState.Progressing, ApiReasons.ClusterTimeout, 69)]
    [InlineData(ChannelState.Waiting, ReasonCodes.Held, 75)]
    [InlineData(ChannelState.Waiting, ReasonCodes.ReleaseNotYetValid, 75)]
    [InlineData(ChannelState.Waiting, ApiReasons.QuotaExceeded, 75)]
    [InlineData(ChannelState.Waiting, ApiReasons.AdmissionUnavailable, 75)]
    [InlineData(ChannelState.Waiting, ApiReasons.ClusterForbidden, 67)]
    [InlineData(ChannelState.Waiting, ApiReasons.ClusterError, 69)]
    [InlineData(ChannelState.Rejected, ReasonCodes.Quarantined, 4)]
    [InlineData(ChannelState.Rejected, ReasonCodes.SignatureMissing, 77)]
    [InlineData(ChannelState.Rejected, ReasonCodes.SequenceReplayed, 77)]
    [InlineData(ChannelState.Rejected, ReasonCodes.DigestMismatch, 77)]
    [InlineData(ChannelState.Rejected, ReasonCodes.NoTrustRule, 77)]
    [InlineData(ChannelState.Rejected, ReasonCodes.EpochTooFar, 77)]
    [InlineData(ChannelState.Rejected, ReasonCodes.AttestationMissing, 77)]
    [InlineData(ChannelState.Healthy, ReasonCodes.NoLongerTrusted, 77)]
    [InlineData(ChannelState.Healthy, ReasonCodes.FreezeSuspected, 75)]
    public void Of_OneChannel_ReturnsTheCodeThatAScriptActsOn(ChannelState state, string? reason, int code) =>
        Assert.Equal(code, SyncExitCode.Of([Channel(state, reason)]));

    [Fact]
    public void Of_SeveralChannels_ReturnsTheWorst()
    {
        var held = Channel(ChannelState.Waiting, ReasonCodes.Held);
        var down = Channel(ChannelState.Healthy, RegistryReasons.RegistryUnreachable);
        var failed = Channel(ChannelState.Failed, ReasonCodes.HealthFailed);
        var forged = Channel(ChannelState.Rejected, ReasonCodes.ThresholdNotMet);

        Assert.Equal(75, SyncExitCode.Of([Channel(ChannelState.Healthy), held]));
        Assert.Equal(69, SyncExitCode.Of([held, down]));
        Assert.Equal(1, SyncExitCode.Of([held, failed, down]));
        Assert.Equal(77, SyncExitCode.Of([failed, forged, down]));
        Assert.Equal(0, SyncExitCode.Of([]));
    }

    private static ChannelStatus Channel(ChannelState state, string? reason = null) => new() { Channel = "stable", State = state, Reason = reason };
}
