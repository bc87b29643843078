using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Snapshots;

/// <summary>
/// Gives claims the content of snapshots back, all of them or none. It is the only code that deletes a claim to make it again, and it makes sure before that the volume
/// with what the claim has now stays. Each step is found done when it is begun again: claim, volume and snapshot have annotations.
/// </summary>
internal sealed class ClaimRestorer(KubernetesClient client, TimeProvider time, string applySet)
{
    /// <summary>The field manager of claims that were made again. The bundle's own apply does not state where the content is from, and must not take it away.</summary>
    public const string Manager = "edgesync-restore";

    /// <summary>The annotation of a VolumeSnapshot with the volumes that keep what its claim had before a restore, with commas between them.</summary>
    public const string KeptAnnotation = "edgesync.dev/kept-volumes";

    /// <summary>The annotation of a PersistentVolume that a restore has kept; it names the claim.</summary>
    public const string KeptOfAnnotation = "edgesync.dev/kept-data-of";

    private static readonly TimeSpan DeleteLimit = TimeSpan.FromMinutes(2);
    private readonly ClaimUsers _users = new(client, time, applySet);

    public async Task<IReadOnlyList<ClaimRestore>> RunAsync(IReadOnlyList<(ObjectId Claim, string Snapshot)> claims, CancellationToken cancellationToken)
    {
        var parts = new List<Part>();
        foreach (var (claim, snapshot) in claims)
        {
            parts.Add(await InspectAsync(claim, snapshot, cancellationToken));
        }

        // From here on there is no way back: without its claim, no workload may start.
        var hasBegun = parts.Exists(part => part.IsDone || part is { Live: null, Obstacle: null });
        if (!hasBegun && parts.Find(part => part.Obstacle is not null) is { } blocked)
        {
            return Refuse(parts, blocked);
        }

        var due = parts.Where(part => part is { IsDone: false, Obstacle: null }).ToList();
        if (await StopUsersAsync(due, hasBegun, cancellationToken) is { } obstacle)
        {
            return Refuse(parts, due[0] with { Obstacle = obstacle });
        }

        foreach (var part in due)
        {
            await ReplaceAsync(part, cancellationToken);
        }

        return [.. parts.Select(part => new ClaimRestore(part.Claim, part.Snapshot) { Obstacle = part.Obstacle, TakenAt = part.TakenAt, KeptVolumes = [.. part.Kept] })];
    }

    private static IReadOnlyList<ClaimRestore> Refuse(List<Part> parts, Part blocked) =>
        [.. parts.Select(part => new ClaimRestore(part.Claim, part.Snapshot)
        {
            Obstacle = part.Obstacle ?? (part.Claim == blocked.Claim ? blocked.Obstacle : $"{blocked.Claim} cannot be restored, and the two have to fit each other"),
        })];

    private async Task<Part> InspectAsync(ObjectId claim, string name, CancellationToken cancellationToken)
    {
        var snapshot = await client.GetAsync(VolumeSnapshots.IdOf(claim, name), cancellationToken);
        var live = await client.GetAsync(claim, cancellationToken);
        var part = new Part(claim, name)
        {
            Live = live,
            TakenAt = snapshot is null ? null : VolumeSnapshots.TakenAt(snapshot),
            Kept = [.. (snapshot.Text("metadata", "annotations", KeptAnnotation) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)],
        };
        if (live.Text("metadata", "annotations", ClaimManifest.RestoredAnnotation) == name && live.At("metadata", "deletionTimestamp") is null)
        {
            return part with { IsDone = true };
        }

        return snapshot is null ? part with { Obstacle = $"somebody deleted the snapshot {name}" }
            : !snapshot.IsTrue("status", "readyToUse") ? part with { Obstacle = $"the snapshot {name} cannot be used any more" }
            : ClaimManifest.Read(snapshot) is not { } stored ? part with { Obstacle = $"the snapshot {name} has lost its annotation {ClaimManifest.Annotation}" }
            : part with { Stored = stored, Obstacle = FindObstacle(stored, snapshot, live) };
    }

    private string? FindObstacle(JsonObject stored, JsonObject snapshot, JsonObject? live) =>
        stored.Text("spec", "storageClassName") is not { Length: > 0 } ? "the claim has no storage class that could make a volume of a snapshot"
        : OwnedFields.EntryOf(live ?? [], client.FieldManager).At("fieldsV1", "f:spec") is JsonObject applied && applied.Any(field => field.Key.StartsWith("f:dataSource", StringComparison.Ordinal))
            ? "its manifest has a dataSource of its own"
        : (snapshot.Text("status", "restoreSize"), stored.Text("spec", "resources", "requests", "storage")) is ({ } least, { } wanted) && !Quantity.IsAtMost(least, wanted)
            ? $"a volume of the snapshot needs {least}, and the claim asks for {wanted}"
        : null;

    // Why nothing can be restored, where nothing irrevocable has been done yet; else null.
    private async Task<string?> StopUsersAsync(List<Part> due, bool hasBegun, CancellationToken cancellationToken)
    {
        if (due.Count == 0)
        {
            return null;
        }

        var claims = due.Select(part => part.Claim).ToList();
        try
        {
            var (own, obstacle) = await _users.FindAsync(claims, cancellationToken);
            if (obstacle is not null && !hasBegun)
            {
                return obstacle;
            }

            // A right that is missing must not show after the workloads are gone.
            foreach (var part in due)
            {
                await KeepVolumeAsync(part, isTrial: true, cancellationToken);
            }

            await _users.RemoveAsync(own, claims, cancellationToken);
            foreach (var part in due)
            {
                await KeepVolumeAsync(part, isTrial: false, cancellationToken);
            }

            return null;
        }
        catch (KubernetesApiException failure) when (!hasBegun && !ApiReasons.IsOfTheControlPlane(failure.Reason))
        {
            return failure.Message;
        }
    }

    // The volume is the cluster's, and no tenant may change one; the agent changes only that of this very claim.
    private async Task KeepVolumeAsync(Part part, bool isTrial, CancellationToken cancellationToken)
    {
        if (part.Live.Text("spec", "volumeName") is not { } name)
        {
            return;
        }

        var id = new ObjectId("v1", "PersistentVolume", null, name);
        var volume = await client.GetAsync(id, cancellationToken);
        if (volume.Text("spec", "claimRef", "uid") != part.Live.Text("metadata", "uid"))
        {
            return;
        }

        await client.PatchAsync(
            id,
            new JsonObject
            {
                ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [KeptOfAnnotation] = $"{part.Claim.Namespace}/{part.Claim.Name}" } },
                ["spec"] = new JsonObject { ["persistentVolumeReclaimPolicy"] = "Retain" },
            },
            dryRun: isTrial,
            isOwn: true,
            cancellationToken);
        List<string> kept = [.. part.Kept.Append(name).Distinct(StringComparer.Ordinal)];
        await client.PatchAsync(
            VolumeSnapshots.IdOf(part.Claim, part.Snapshot),
            new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [KeptAnnotation] = string.Join(',', kept) } } },
            dryRun: isTrial,
            cancellationToken);
        if (!isTrial)
        {
            part.Kept.Clear();
            part.Kept.AddRange(kept);
        }
    }

    private async Task ReplaceAsync(Part part, CancellationToken cancellationToken)
    {
        if (part.Live.Text("metadata", "uid") is { } uid)
        {
            await new ObjectRemover(client, time).RemoveAsync(part.Claim, uid, Propagation.Background, time.GetUtcNow() + DeleteLimit, cancellationToken);
        }

        await client.ApplyAsync(ClaimManifest.From(part.Stored!, part.Snapshot), new ApplyMode { Force = true, Manager = Manager }, cancellationToken);
    }

    private sealed record Part(ObjectId Claim, string Snapshot)
    {
        public JsonObject? Live { get; init; }

        public JsonObject? Stored { get; init; }

        public DateTimeOffset? TakenAt { get; init; }

        public List<string> Kept { get; init; } = [];

        public bool IsDone { get; init; }

        public string? Obstacle { get; init; }
    }
}
