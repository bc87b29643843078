using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Snapshots;

/// <summary>
/// Makes, finds and deletes VolumeSnapshots. All that is known of them is in the cluster: the name is the same for a whole attempt, a label says whose they are, and
/// annotations hold what a restore needs.
/// </summary>
/// <param name="client">The cluster.</param>
/// <param name="time">The clock.</param>
/// <param name="applySet">The id of the ApplySet, see <see cref="ApplySet.IdOf"/>.</param>
/// <param name="defaultNamespace">The namespace of claims that name none.</param>
public sealed class VolumeSnapshots(KubernetesClient client, TimeProvider time, string applySet, string defaultNamespace) : IVolumeSnapshots
{
    /// <summary>The label of each snapshot; its value is the ApplySet's id.</summary>
    public const string SetLabel = "edgesync.dev/snapshots-of";

    internal const string Group = "snapshot.storage.k8s.io";
    internal const string ApiVersion = Group + "/v1";
    internal const string Kind = "VolumeSnapshot";

    // What the snapshot was made before.
    private const string ContentAnnotation = "edgesync.dev/snapshot-before";
    private const string AttemptAnnotation = "edgesync.dev/snapshot-attempt";
    private const string DefaultClassAnnotation = "snapshot.storage.kubernetes.io/is-default-class";
    private const string ClassKind = "VolumeSnapshotClass";
    private const int LongestClaimPart = 36;

    /// <inheritdoc/>
    public async Task<SnapshotState> CheckAsync(SnapshotRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return (await FindObstacleAsync(request, cancellationToken)).Obstacle ?? new SnapshotState(SnapshotPhase.Pending, "");
    }

    /// <inheritdoc/>
    public async Task<SnapshotState> StartAsync(SnapshotRequest request, string content, string attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var claim = request.IdOf(defaultNamespace);
        var name = NameOf(claim, content, attempt);
        if (await client.GetAsync(IdOf(claim, name), cancellationToken) is { } made)
        {
            return StateOf(made, name);
        }

        var (obstacle, live) = await FindObstacleAsync(request, cancellationToken);
        if (obstacle is not null)
        {
            return obstacle;
        }

        var (created, _) = await client.ApplyAsync(Make(request, claim, live!, name, content, attempt), new ApplyMode { Force = true }, cancellationToken);
        return StateOf(created, name);
    }

    /// <inheritdoc/>
    public async Task<SnapshotState> LookAsync(SnapshotRequest request, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return await client.GetAsync(IdOf(request.IdOf(defaultNamespace), name), cancellationToken) is { } live
            ? StateOf(live, name)
            : new SnapshotState(SnapshotPhase.Unavailable, $"somebody deleted the {Kind} {name}");
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ClaimRestore>> RestoreAsync(IReadOnlyList<(ObjectId Claim, string Snapshot)> claims, CancellationToken cancellationToken) =>
        new ClaimRestorer(client, time, applySet).RunAsync(claims, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> CleanAsync(IReadOnlyCollection<string> names, string? content, int attempts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (await client.FindTypeAsync(ApiVersion, Kind, cancellationToken) is not { } type)
        {
            return false;
        }

        var list = await client.ListAsync(type, new ListSelection { LabelSelector = $"{SetLabel}={applySet}" }, cancellationToken);
        var own = list.Items.Where(item => OwnedFields.EntryOf(item, client.FieldManager) is not null && item.At("metadata", "deletionTimestamp") is null).ToList();
        var last = own.Where(item => item.Text("metadata", "annotations", ContentAnnotation) == content).Select(AttemptOf).Max(StringComparer.Ordinal);
        var rest = own
            .Where(item => !names.Contains(item.Text("metadata", "name")!) && AttemptOf(item) != last)
            .GroupBy(AttemptOf, StringComparer.Ordinal)
            .OrderByDescending(attempt => attempt.Key, StringComparer.Ordinal)
            .Skip(attempts)
            .SelectMany(attempt => attempt)
            .ToList();
        foreach (var old in rest)
        {
            await client.DeleteAsync(new KubernetesObject(old).Id, old.Text("metadata", "uid")!, Propagation.Background, cancellationToken);
        }

        return own.Count > rest.Count;
    }

    internal static ObjectId IdOf(ObjectId claim, string name) => new(ApiVersion, Kind, claim.Namespace, name);

    /// <summary>From when the content of a snapshot is.</summary>
    internal static DateTimeOffset? TakenAt(JsonObject snapshot) =>
        DateTimeOffset.TryParse(
            snapshot.Text("status", "creationTime") ?? snapshot.Text("metadata", "creationTimestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : null;

    // The obstacle is null where a snapshot can be made; the claim is known then.
    private async Task<(SnapshotState? Obstacle, JsonObject? Claim)> FindObstacleAsync(SnapshotRequest request, CancellationToken cancellationToken)
    {
        if (await client.GetAsync(request.IdOf(defaultNamespace), cancellationToken) is not { } live)
        {
            return (new SnapshotState(SnapshotPhase.NotNeeded, "the claim does not exist yet"), null);
        }

        if (live.Text("spec", "volumeName") is null)
        {
            return (new SnapshotState(SnapshotPhase.NotNeeded, "the claim has no volume yet"), null);
        }

        if (await client.FindTypeAsync(ApiVersion, Kind, cancellationToken) is null)
        {
            return (new SnapshotState(SnapshotPhase.Unavailable, $"the cluster does not know the kind {Kind} ({ApiVersion})"), null);
        }

        return (await FindClassProblemAsync(request.Class, cancellationToken) is { } problem ? new SnapshotState(SnapshotPhase.Unavailable, problem) : null, live);
    }

    private async Task<string?> FindClassProblemAsync(string? name, CancellationToken cancellationToken)
    {
        if (await client.FindTypeAsync(ApiVersion, ClassKind, cancellationToken) is not { } type)
        {
            return $"the cluster does not know the kind {ClassKind}";
        }

        var classes = (await client.ListAsync(type, new ListSelection(), cancellationToken)).Items;
        return name is not null
            ? classes.Any(item => item.Text("metadata", "name") == name) ? null : $"the cluster has no {ClassKind} '{name}'"
            : classes.Any(item => item.Text("metadata", "annotations", DefaultClassAnnotation) == "true") ? null
            : classes.Count == 0 ? $"the cluster has no {ClassKind}"
            : $"the cluster has no default {ClassKind}, and the bundle names none";
    }

    private static string AttemptOf(JsonObject snapshot) => snapshot.Text("metadata", "annotations", AttemptAnnotation) ?? "";

    private KubernetesObject Make(SnapshotRequest request, ObjectId claim, JsonObject live, string name, string content, string attempt)
    {
        var json = new JsonObject
        {
            ["apiVersion"] = ApiVersion,
            ["kind"] = Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = claim.Namespace,
                ["labels"] = new JsonObject { [SetLabel] = applySet },
                ["annotations"] = new JsonObject
                {
                    [ContentAnnotation] = content,
                    [AttemptAnnotation] = attempt,
                    [ClaimManifest.Annotation] = ClaimManifest.Of(live, client.FieldManager).ToJsonString(),
                },
            },
            ["spec"] = new JsonObject { ["source"] = new JsonObject { ["persistentVolumeClaimName"] = claim.Name } },
        };
        if (request.Class is { } named)
        {
            json["spec"]!["volumeSnapshotClassName"] = named;
        }

        return new KubernetesObject(json);
    }

    private static SnapshotState StateOf(JsonObject live, string name)
    {
        var state = live switch
        {
            _ when live.IsTrue("status", "readyToUse") => new SnapshotState(SnapshotPhase.Ready, ""),
            _ when live.At("status", "error") is { } error => new SnapshotState(SnapshotPhase.Failing, error.Text("message") ?? "the driver does not say why"),
            _ when live.At("status") is null => new SnapshotState(SnapshotPhase.Pending, "no snapshot controller has looked at it yet"),
            _ => new SnapshotState(SnapshotPhase.Pending, "the driver has not completed it yet"),
        };
        return state with { Name = name, TakenAt = TakenAt(live) };
    }

    // The claim's name is for people. The rest keeps apart what other channels, bundles and attempts make of it.
    private string NameOf(ObjectId claim, string content, string attempt)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{applySet}\n{claim.Namespace}/{claim.Name}\n{content}\n{attempt}")))[..16];
        return $"edgesync-{claim.Name[..Math.Min(claim.Name.Length, LongestClaimPart)].TrimEnd('-', '.')}-{hash}";
    }
}
