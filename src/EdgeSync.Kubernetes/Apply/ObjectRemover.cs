using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>Deletes one object, if it still is the one that was meant, and waits until it is gone.</summary>
internal sealed class ObjectRemover(KubernetesClient client, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Returns false, and deletes nothing, if another object has its name. Throws <see cref="KubernetesApiException"/> (<c>ClusterTimeout</c>) if the object is not gone by the end.</summary>
    public async Task<bool> RemoveAsync(ObjectId id, string uid, Propagation propagation, DateTimeOffset end, CancellationToken cancellationToken)
    {
        if (!await client.DeleteAsync(id, uid, propagation, cancellationToken))
        {
            return await client.GetAsync(id, cancellationToken) is null;
        }

        while (await client.GetAsync(id, cancellationToken) is { } live && live.Text("metadata", "uid") == uid)
        {
            if (time.GetUtcNow() >= end)
            {
                throw StillThere(id, live);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }

        return true;
    }

    private static KubernetesApiException StillThere(ObjectId id, JsonObject live)
    {
        var finalizers = (live.At("metadata", "finalizers") as JsonArray ?? []).Select(item => item.Text()).OfType<string>().ToList();
        return new KubernetesApiException(
            ApiReasons.ClusterTimeout,
            $"{id}: it was deleted and is still there, {(finalizers.Count == 0 ? "for its grace period" : $"held by the finalizers {string.Join(", ", finalizers)}")}")
        {
            Subject = id.ToString(),
            Hint = "Look at the controller that should remove the finalizers.",
        };
    }
}
