using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>Deletes one object, if it still is the one that was meant, and waits until it is gone.</summary>
internal sealed class ObjectRemover(KubernetesClient client, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Returns false, and deletes nothing, if another object has its name. Throws <see cref="KubernetesApiException"/> if the object is not gone by the end.</summary>
    public async Task<bool> RemoveAsync(ObjectId id, string uid, Propagation propagation, DateTimeOffset end, CancellationToken cancellationToken)
    {
        if (!await client.DeleteAsync(id, uid, propagation, cancellationToken))
        {
            return await client.GetAsync(id, cancellationToken) is null;
        }

        while ((await client.GetAsync(id, cancellationToken)).Text("metadata", "uid") == uid)
        {
            if (time.GetUtcNow() >= end)
            {
                throw StillThere(id);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }

        return true;
    }

    private static KubernetesApiException StillThere(ObjectId id) => new(
        ApiReasons.ClusterTimeout, $"{id}: it was asked to go and is still there, most likely held by a finalizer")
    {
        Subject = id.ToString(),
        Hint = "Look at metadata.finalizers of the object and at the controller that should remove them.",
    };
}
