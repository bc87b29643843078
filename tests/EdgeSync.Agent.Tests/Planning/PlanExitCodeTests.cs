using EdgeSync.Agent.Planning;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Plans;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Tests.Planning;

public sealed class PlanExitCodeTests
{
    [Fact]
    public void Of_SnapshotThatTheReleaseWaitsFor_IsAWait() => Assert.Equal(ExitCodes.Waiting, PlanExitCode.Of(new PlanDocument
    {
        Schema = PlanDocument.PlanSchema,
        Fleet = "retail",
        Site = "store-17",
        At = DateTimeOffset.UnixEpoch,
        HasChanges = true,
        Channels = [new ChannelPlan { Channel = "stable", Snapshots = [new PlannedSnapshot { Namespace = "shop", Claim = "data", Made = false, Restored = false, Waits = true }] }],
    }));

    [Theory]
    [InlineData(false, null, null, 0)]
    [InlineData(true, null, null, 2)]
    [InlineData(true, ReasonCodes.DestructiveChange, null, 4)]
    [InlineData(true, ReasonCodes.RequirementsNotMet, null, 4)]
    [InlineData(true, ReasonCodes.BundleInvalid, null, 65)]
    [InlineData(true, ApiReasons.ClusterForbidden, null, 67)]
    [InlineData(true, null, ApiReasons.ObjectInvalid, 4)]
    [InlineData(true, null, ApiReasons.KindUnknown, 4)]
    [InlineData(true, null, ApiReasons.ObjectImmutable, 4)]
    [InlineData(true, null, ApiReasons.ClusterForbidden, 67)]
    [InlineData(true, null, ApiReasons.QuotaExceeded, 75)]
    [InlineData(true, null, ApiReasons.FieldConflict, 75)]
    [InlineData(true, null, ApiReasons.AdmissionUnavailable, 75)]
    [InlineData(true, null, ApiReasons.ClusterError, 69)]
    [InlineData(true, ReasonCodes.DestructiveChange, ApiReasons.ClusterForbidden, 4)]
    public void Of_Document_IsTheWorstOfIt(bool hasChanges, string? objection, string? failure, int code) => Assert.Equal(code, PlanExitCode.Of(new PlanDocument
    {
        Schema = PlanDocument.PlanSchema,
        Fleet = "retail",
        Site = "store-1",
        At = DateTimeOffset.UnixEpoch,
        HasChanges = hasChanges,
        Channels =
        [
            new ChannelPlan
            {
                Channel = "stable",
                Objections = objection is null ? [] : [new SiteNotice(objection, "no")],
                Objects = failure is null ? [] : [new PlannedObject { ApiVersion = "v1", Kind = "Service", Name = "a", Action = PlanAction.Failed, Reason = failure }],
            },
        ],
    }));

    [Theory]
    [InlineData(ApiReasons.ClusterUnauthorized, ExitCodes.Failure, 67)]
    [InlineData(ApiReasons.ClusterUnreachable, ExitCodes.Unavailable, 69)]
    [InlineData(ApiReasons.ClusterError, ExitCodes.Failure, 69)]
    [InlineData(ApiReasons.ObjectConflict, ExitCodes.BadInput, 65)]
    public void Of_Failure_IsItsOwnCodeOrThatOfItsReason(string reason, int own, int code) =>
        Assert.Equal(code, PlanExitCode.Of(new KubernetesApiException(reason, "no") { ExitCode = own }));
}
