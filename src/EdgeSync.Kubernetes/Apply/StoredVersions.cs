using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// The versions in which objects of a defined kind may be stored. A definition that lacks one of them would leave objects that nobody can read; API servers
/// refuse it ("must appear in spec.versions"), and say nothing of what to do.
/// </summary>
internal static class StoredVersions
{
    private const string Definition = "CustomResourceDefinition.apiextensions.k8s.io";
    private const string Field = "status.storedVersions";

    /// <summary>Why this object must not take the place of what is live; null where it is no definition, or drops no stored version.</summary>
    public static KubernetesApiException? Objection(JsonObject? live, KubernetesObject item)
    {
        if (item.Id.GroupKind != Definition || live?["status"]?["storedVersions"] is not JsonArray stored)
        {
            return null;
        }

        // The old form of a definition (v1beta1) may name its only version in spec.version.
        var kept = item.Json.Objects("spec", "versions").Select(version => version.Text("name")).Append(item.Json.Text("spec", "version")).ToList();
        var lost = stored.Select(version => version?.ToString()).OfType<string>().Where(version => !kept.Contains(version)).ToList();
        var versions = string.Join(", ", lost);
        return lost.Count == 0 ? null : new KubernetesApiException(
            ApiReasons.ObjectInvalid,
            $"{item.Id}: the bundle's definition drops {(lost.Count == 1 ? "the version" : "the versions")} {versions}, in which the cluster may have stored objects ({Field})")
        {
            Subject = item.Id.ToString(),
            Disposition = Disposition.Stalled,
            Hint = $"Migrate the storage first: keep {versions} in spec.versions with 'served: false', release that, write every object of the kind once "
                + $"('kubectl get … -o json | kubectl replace -f -'), take {versions} out of {Field}, and then release the definition without it.",
        };
    }

    /// <summary>The API server's refusal in words that say what to do, with what else it refused; the same failure where it is about something else.</summary>
    public static async Task<KubernetesApiException> ExplainAsync(
        KubernetesClient client, KubernetesObject item, KubernetesApiException failure, CancellationToken cancellationToken)
    {
        // The same definition could be created, so that it may be called unchangeable.
        if (failure.Reason is not (ApiReasons.ObjectInvalid or ApiReasons.ObjectImmutable) || Objection(await FindAsync(client, item, cancellationToken), item) is not { } objection)
        {
            return failure;
        }

        var others = failure.Causes.Where(cause => !cause.StartsWith(Field, StringComparison.Ordinal)).ToList();
        return new KubernetesApiException(objection.Reason, string.Join("; ", others.Prepend(objection.Message)), failure)
        {
            Subject = objection.Subject,
            Disposition = objection.Disposition,
            Hint = objection.Hint,
            StatusCode = failure.StatusCode,
            Causes = failure.Causes,
        };
    }

    private static async Task<JsonObject?> FindAsync(KubernetesClient client, KubernetesObject item, CancellationToken cancellationToken) =>
        item.Id.GroupKind == Definition ? await client.GetAsync(item.Id, cancellationToken) : null;
}
