using EdgeSync.Contracts;
using EdgeSync.Contracts.Plans;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Planning;

/// <summary>The exit codes of <c>edgesync plan</c> and <c>edgesync diff</c> (docs/scripts.md).</summary>
internal static class PlanExitCode
{
    private static readonly int[] WorstFirst =
    [
        ExitCodes.NotTrusted, ExitCodes.Failure, ExitCodes.Usage, ExitCodes.BadInput, ExitCodes.Refused, ExitCodes.NotAllowed, ExitCodes.NotFound,
        ExitCodes.Unavailable, ExitCodes.Waiting, ExitCodes.Changes, ExitCodes.Ok,
    ];

    /// <summary>What would be refused counts more than what would change.</summary>
    public static int Of(PlanDocument document) => Worst(
    [
        document.HasChanges ? ExitCodes.Changes : ExitCodes.Ok,
        .. document.Channels.SelectMany(channel => channel.Snapshots ?? []).Where(snapshot => snapshot.Waits).Select(_ => ExitCodes.Waiting),
        .. document.Channels.SelectMany(channel => channel.Objections).Select(objection => OfReason(objection.Reason) ?? ExitCodes.Refused),
        .. document.Channels.SelectMany(channel => channel.Objects).Where(item => item.Action == PlanAction.Failed).Select(item => OfReason(item.Reason) ?? ExitCodes.Refused),
    ]);

    /// <summary>The code of a failure; that of the API server's login is the same as for <c>sync</c>.</summary>
    public static int Of(EdgeSyncException failure) => failure.ExitCode != ExitCodes.Failure ? failure.ExitCode : OfReason(failure.Reason) ?? failure.ExitCode;

    public static int Worst(IEnumerable<int> codes) => codes.MinBy(code => Array.IndexOf(WorstFirst, code) is >= 0 and var at ? at : 1);

    private static int? OfReason(string? reason) => reason switch
    {
        ReasonCodes.BundleInvalid => ExitCodes.BadInput,
        ApiReasons.ClusterUnauthorized or ApiReasons.ClusterForbidden => ExitCodes.NotAllowed,
        ApiReasons.FieldConflict or ApiReasons.QuotaExceeded or ApiReasons.AdmissionUnavailable or ApiReasons.NamespaceTerminating or ApiReasons.ObjectConflict => ExitCodes.Waiting,
        _ when ApiReasons.IsOfTheControlPlane(reason) => ExitCodes.Unavailable,
        _ => null,
    };
}
