using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// Decides whether an object that cannot be updated may be deleted and created again: only if its manifest allows it and, for objects that hold
/// data, the release allows destruction.
/// </summary>
internal static class RecreatePolicy
{
    private const string Allowed = "allowed";

    /// <summary>The same failure with a hint for the operator; null if the object may be recreated.</summary>
    public static KubernetesApiException? Objection(KubernetesObject item, KubernetesApiException failure, ApplyOptions options)
    {
        if (item.Json.Text("metadata", "annotations", ApplySet.RecreateAnnotation) != Allowed)
        {
            return Explain(
                failure,
                $"Give the object another name, or the annotation '{ApplySet.RecreateAnnotation}: {Allowed}' to let EdgeSync delete and recreate it.");
        }

        return HoldsData(item) && !options.AllowDestructive
            ? Explain(failure, "Deleting it could lose data. To recreate it anyway, publish a release with allowDestructive.")
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
