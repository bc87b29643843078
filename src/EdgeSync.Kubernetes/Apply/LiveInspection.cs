using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// Finds where live objects are not what the bundle says: fields that somebody edited, and left-overs that nobody owns and server-side apply
/// therefore never takes away. The API server decides what is a default and what is left over, by dry run.
/// </summary>
internal sealed class LiveInspection(KubernetesClient client, ApplyOptions options, KnownObjects? known = null)
{
    /// <summary>
    /// One line for each object that deviates: its key and a digest of what deviates; in the order of the keys. A live version that was looked at before is
    /// not looked at again.
    /// </summary>
    public async Task<IReadOnlyList<string>> RunAsync(IReadOnlyList<KubernetesObject> objects, LiveSnapshot snapshot, CancellationToken cancellationToken)
    {
        var lines = new string?[objects.Count];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, objects.Count, limits, async (i, token) =>
        {
            var item = objects[i];
            var deviation = snapshot.Find(item.Id) is { } live ? known?.FindDeviation(item, live) : null;
            lines[i] = LineOf(item, deviation ?? DigestOf(await InspectAsync(item, token)));
        });
        return [.. lines.OfType<string>().Order(StringComparer.Ordinal)];
    }

    /// <summary>The line of one object that was just written, by one request; null where nothing deviates.</summary>
    public async Task<string?> FindDeviationAsync(KubernetesObject item, JsonObject written, CancellationToken cancellationToken) =>
        LineOf(item, DigestOf(await InspectAsync(item, written, cancellationToken)));

    /// <summary>What deviates, by JSON pointer.</summary>
    public Task<JsonObject> InspectAsync(KubernetesObject item, CancellationToken cancellationToken) => InspectAsync(item, written: null, cancellationToken);

    private async Task<JsonObject> InspectAsync(KubernetesObject item, JsonObject? written, CancellationToken cancellationToken)
    {
        try
        {
            if ((written ?? await client.GetAsync(item.Id, cancellationToken)) is not { } live)
            {
                // A Job that ended may be gone by its time to live.
                return item.Id.GroupKind is "Job.batch" ? [] : new JsonObject { [""] = null };
            }

            var patch = Replacement.PatchFor(live, item);
            var fresh = patch.Count == 0 ? live : await client.PatchAsync(item.Id, patch, dryRun: true, cancellationToken);
            var excess = Excess.Of(live, fresh, item, client.FieldManager);
            known?.NoteInspected(item, live, DigestOf(excess), client.FieldManager);
            return excess;
        }
        catch (KubernetesApiException failure) when (failure.Disposition == Disposition.Stalled)
        {
            // It cannot be replaced as a whole (a bound claim), or this login may not ask: nothing is known to deviate.
            return [];
        }
    }

    private static string DigestOf(JsonObject excess) => excess.Count == 0 ? "" : ObjectFingerprint.Of(excess).ToString();

    private static string? LineOf(KubernetesObject item, string deviation) => deviation.Length > 0 ? $"{item.Id.Key} {deviation}" : null;
}
