using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// Whether an object that cannot be changed as wanted may be deleted and made anew: only where its manifest says so, and what holds data only
/// under a release that allows destruction.
/// </summary>
internal static class RecreatePolicy
{
    private const string Allowed = "allowed";

    /// <summary>The same failure with what an operator can do about it; null if the object may be recreated.</summary>
    public static KubernetesApiException? Objection(KubernetesObject item, KubernetesApiException failure, ApplyOptions options)
    {
        if (item.Json.Text("metadata", "annotations", ApplySet.RecreateAnnotation) != Allowed)
        {
            return Explain(
                failure,
                $"Give the object another name, or the annotation '{ApplySet.RecreateAnnotation}: {Allowed}' to have it deleted and made anew.");
        }

        return HoldsData(item) && !options.AllowDestructive
            ? Explain(failure, "Deleting it could lose data: to have it made anew nevertheless, publish a release with allowDestructive.")
            : null;
    }

    private static bool HoldsData(KubernetesObject item) =>
        PrunePolicy.IsPrecious(item.Id)
        || (item.Id.GroupKind == "StatefulSet.apps" && item.Json.Objects("spec", "volumeClaimTemplates").Any());

    private static KubernetesApiException Explain(KubernetesApiException failure, string hint) =>
        new(failure.Reason, failure.Message, failure)
        {
            Subject = failure.Subject,
            Disposition = Disposition.Stalled,
            Hint = hint,
            StatusCode = failure.StatusCode,
            Causes = failure.Causes,
        };
}
