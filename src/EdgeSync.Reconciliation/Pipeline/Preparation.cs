using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Reconciliation.Windows;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Steps 2 to 4 in a row, which change nothing in the cluster and commit nothing: verify, fetch, stage. The release that <see cref="DiscoverStep"/> has
/// verified is not verified again, unless the trust changes or the agent restarts.
/// </summary>
internal sealed class Preparation(
    ChannelSubscription channel, ISiteTrust trust, VerifyStep verify, FetchStep fetch, StageStep stage, StageTimes times, IProgress<PipelineProgress> progress)
{
    private Proof? _accepted;

    /// <summary>Takes what discovery has just verified, under this generation of the trust.</summary>
    public void Adopt(VerifiedRelease release, long generation) => _accepted = new Proof(release, generation);

    /// <summary>
    /// Raises an <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> for a bundle that is refused, and when a registry or the runtime does not
    /// answer; a <see cref="GateWaitException"/> where something has to be downloaded first and may not be now.
    /// </summary>
    public async Task<Staging> RunAsync(ReleaseCopy target, PreparedFor use, CancellationToken cancellationToken)
    {
        var generation = trust.Generation;
        if (_accepted is not { } accepted || accepted.Trust != generation || accepted.Release.Seen.Payload != target.Payload)
        {
            _accepted = accepted = new Proof(await verify.RecallAsync(target, cancellationToken), generation);
        }

        var bundle = accepted.Release.Record.Bundle;
        progress.Report(new PipelineProgress(
            channel.Name, PipelineStage.Verify, $"checking the signatures of {bundle.Name} {bundle.Version}"));
        var verified = await verify.RunAsync(bundle, cancellationToken);
        var fetched = await fetch.RunAsync(accepted.Release, verified, use, cancellationToken);
        var started = times.Start();
        var staged = await stage.RunAsync(fetched, cancellationToken);
        if (use == PreparedFor.Staging)
        {
            times.Add(PipelineStage.Stage, started);
        }

        return new Staging(staged, generation);
    }

    /// <summary>Whether this failure refuses the bundle. What lies with the site passes without another release.</summary>
    public static bool IsRefusal(EdgeSyncException failure) => failure.Reason == ReasonCodes.DigestMismatch
        || (failure.Disposition == Disposition.Stalled
            && (failure.Reason == ReasonCodes.ImageNotStaged || !ReasonTable.IsOfTheSite(failure.Reason)));

    /// <summary>Whether the site does not trust the release or the bundle any more.</summary>
    public static bool IsDistrust(EdgeSyncException failure) => failure is { Disposition: Disposition.Stalled, ExitCode: ExitCodes.NotTrusted };

    private sealed record Proof(VerifiedRelease Release, long Trust);
}

/// <summary>What a bundle is prepared for.</summary>
internal enum PreparedFor
{
    /// <summary>To be staged: what it requires of the site is checked, and downloads keep to their window.</summary>
    Staging,

    /// <summary>To pass the gate, staged before: downloads of what the cache has lost keep to their window.</summary>
    Gate,

    /// <summary>To be written, or because it is being written: nothing waits.</summary>
    Change,
}

/// <summary>A staged bundle, and the generation of the trust that accepted it: under another one it must be prepared again.</summary>
/// <param name="Bundle">The bundle.</param>
/// <param name="Trust">The generation.</param>
internal sealed record Staging(StagedBundle Bundle, long Trust)
{
    /// <summary>The change of the cluster that the gate has begun and tried by dry run, or null.</summary>
    public IClusterChange? Change { get; init; }

    /// <summary>What the cluster has and the bundle does not, as it was found when the bundle had become healthy; or null.</summary>
    public PrunePlan? Unwanted { get; init; }
}
