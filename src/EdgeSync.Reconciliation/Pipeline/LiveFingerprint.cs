using System.Text;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Primitives;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// The fingerprint of what a channel has in the cluster: that of the bundle where its objects are live and nothing else is; another one where an object
/// was edited, a field is left over, or an object exists that the bundle no longer has (decision 0036).
/// </summary>
internal static class LiveFingerprint
{
    /// <summary>The fingerprint with what deviates; the same one where nothing does.</summary>
    public static Digest With(Digest fingerprint, IReadOnlyList<string> deviations) =>
        deviations.Count == 0 ? fingerprint : Digest.Of(Encoding.UTF8.GetBytes($"{fingerprint}\n{string.Join('\n', deviations.Order(StringComparer.Ordinal))}"));

    /// <summary>The objects that the bundle no longer has.</summary>
    public static IReadOnlyList<string> LinesOf(PrunePlan plan) => [.. plan.Candidates.Select(candidate => candidate.Id).Concat(plan.Kept).Select(id => id.Key)];
}
