using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>
/// Looks at the storage class of a claim that is not bound. With <c>volumeBindingMode: WaitForFirstConsumer</c> a claim gets its volume only when a pod that uses
/// it has a node: until then it is as far as it can get. Otherwise the message says what the claim lacks.
/// </summary>
internal sealed class ClaimInspector(LiveReader reader)
{
    private const string StorageApi = "storage.k8s.io/v1";
    private static readonly string[] DefaultMarks = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

    /// <summary>The health of a claim that is pending.</summary>
    public async Task<ObjectHealth> InspectAsync(JsonObject claim, ObjectHealth health, CancellationToken cancellationToken)
    {
        if (claim.Text("spec", "volumeName") is { Length: > 0 } volume)
        {
            return health with { Message = $"it waits for the volume '{volume}', which it names" };
        }

        // The annotation is older than the field, and counts before it.
        var name = claim.Text("metadata", "annotations", "volume.beta.kubernetes.io/storage-class") ?? claim.Text("spec", "storageClassName");
        if (name is "")
        {
            return health with { Message = "it has the storage class '', so that nothing makes a volume for it, and no PersistentVolume without a class fits it" };
        }

        JsonObject? storageClass;
        try
        {
            storageClass = name is null
                ? await FindDefaultAsync(cancellationToken)
                : await reader.FindAsync(new ObjectId(StorageApi, "StorageClass", null, name), cancellationToken);
        }
        catch (KubernetesApiException failure) when (failure.StatusCode == 403)
        {
            return health with { Message = $"{health.Message}; the agent may not read storage classes, so it cannot know whether the claim waits for its first pod" };
        }

        return storageClass is null
            ? health with
            {
                Message = name is null
                    ? "it names no storage class, and the cluster has no default one"
                    : $"its storage class '{name}' does not exist on this cluster",
                SiteReason = ApiReasons.StorageClassMissing,
            }
            : Evaluate(claim, storageClass, health);
    }

    private static ObjectHealth Evaluate(JsonObject claim, JsonObject storageClass, ObjectHealth health)
    {
        var name = storageClass.Text("metadata", "name");
        var node = claim.Text("metadata", "annotations", "volume.kubernetes.io/selected-node");
        return storageClass.Text("volumeBindingMode") != "WaitForFirstConsumer"
                ? health with { Message = $"{health.Message}; its storage class '{name}' ({storageClass.Text("provisioner")}) has made no volume for it yet" }
            : node is null
                ? health with { State = HealthState.Current, Message = $"it waits for the first pod that uses it (storage class '{name}'), and is bound then" }
            : health with { Message = $"{health.Message}; its storage class '{name}' ({storageClass.Text("provisioner")}) has made no volume for it on the node '{node}' yet" };
    }

    // With several, the API server takes the newest one.
    private async Task<JsonObject?> FindDefaultAsync(CancellationToken cancellationToken) =>
        (await reader.ListAsync(StorageApi, "StorageClass", new ListSelection(), cancellationToken))
            .Where(item => DefaultMarks.Any(mark => item.Text("metadata", "annotations", mark) == "true"))
            .MaxBy(item => item.Text("metadata", "creationTimestamp"), StringComparer.Ordinal);
}
