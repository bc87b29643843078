using System.Text;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// The fingerprint of what a channel has in the cluster: that of the bundle where its objects are live and nothing else is; another one where an object
/// was edited, a field is left over, or an object exists that the bundle no longer has (decision 0036).
/// </summary>
internal sealed class LiveFingerprint(ICluster cluster)
{
    /// <summary>Compares the bundle's objects with what is live. <paramref name="others"/>: also looks for objects that the bundle no longer has.</summary>
    public async Task<Digest> TakeAsync(DesiredState bundle, bool others, CancellationToken cancellationToken)
    {
        var fingerprint = With(bundle.Fingerprint, await cluster.InspectAsync(bundle, cancellationToken));
        return others ? With(fingerprint, LinesOf(await cluster.PlanPruneAsync(bundle, cancellationToken))) : fingerprint;
    }

    /// <summary>The fingerprint with what deviates; the same one where nothing does.</summary>
    public static Digest With(Digest fingerprint, IReadOnlyList<string> deviations) =>
        deviations.Count == 0 ? fingerprint : Digest.Of(Encoding.UTF8.GetBytes($"{fingerprint}\n{string.Join('\n', deviations.Order(StringComparer.Ordinal))}"));

    /// <summary>The objects that the bundle no longer has.</summary>
    public static IReadOnlyList<string> LinesOf(PrunePlan plan) => [.. plan.Candidates.Select(candidate => candidate.Id).Concat(plan.Kept).Select(id => id.Key)];
}
