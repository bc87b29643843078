using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Trust;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Oci;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary>The exit codes of <c>edgesync sync</c>: one for each case that a script would handle differently (docs/scripts.md).</summary>
internal static class SyncExitCode
{
    // With several channels, the exit code is that of the channel that needs attention first.
    private static readonly int[] WorstFirst =
    [
        ExitCodes.NotTrusted, ExitCodes.Failure, ExitCodes.RolledBack, ExitCodes.BadInput, ExitCodes.Refused, ExitCodes.NotAllowed, ExitCodes.NotFound,
        ExitCodes.Unavailable, ExitCodes.Waiting, ExitCodes.Ok,
    ];

    public static int Of(IEnumerable<ChannelStatus> channels) =>
        channels.Select(Of).DefaultIfEmpty(ExitCodes.Ok).MinBy(code => Array.IndexOf(WorstFirst, code));

    private static int Of(ChannelStatus channel) => channel.State switch
    {
        ChannelState.Failed or ChannelState.Degraded => ExitCodes.Failure,
        ChannelState.RolledBack => ExitCodes.RolledBack,
        ChannelState.Waiting => OfWait(channel.Reason),
        ChannelState.Rejected => OfReason(channel.Reason) ?? ExitCodes.Refused,
        _ => channel.Reason is null ? ExitCodes.Ok : OfReason(channel.Reason) ?? ExitCodes.Unavailable,
    };

    // Control plane and login: what they are on every other path. What else a release waits for ends by itself or by a person at the site.
    private static int OfWait(string? reason) => reason switch
    {
        ApiReasons.ClusterUnauthorized or ApiReasons.ClusterForbidden => ExitCodes.NotAllowed,
        _ when ApiReasons.IsOfTheControlPlane(reason) => ExitCodes.Unavailable,
        _ => ExitCodes.Waiting,
    };

    private static int? OfReason(string? reason) => reason switch
    {
        ReasonCodes.DigestMismatch or ReasonCodes.SignatureMissing or ReasonCodes.SignatureUntrusted or ReasonCodes.ThresholdNotMet
            or ReasonCodes.ReleaseMalformed or ReasonCodes.WrongChannel or ReasonCodes.SequenceReplayed or ReasonCodes.SequenceEquivocation
            or ReasonCodes.EpochTooFar
            or ReasonCodes.AttestationMissing or ReasonCodes.NoTrustRule or ReasonCodes.NoLongerTrusted or TrustReasons.BundleRevoked => ExitCodes.NotTrusted,
        ReasonCodes.BundleInvalid or ReasonCodes.BundleEmpty or RegistryReasons.ManifestInvalid or RegistryReasons.PlatformMissing
            or RegistryReasons.ContentTooLarge => ExitCodes.BadInput,
        RegistryReasons.Unauthorized or RegistryReasons.Denied or ApiReasons.ClusterUnauthorized or ApiReasons.ClusterForbidden => ExitCodes.NotAllowed,
        RegistryReasons.NotFound => ExitCodes.NotFound,
        ReasonCodes.FreezeSuspected => ExitCodes.Waiting,
        RegistryReasons.TlsRejected or RegistryReasons.ProtocolViolation => ExitCodes.Unavailable,
        _ => null,
    };
}
