using System.Collections.Concurrent;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Snapshots;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.Pipeline;

namespace EdgeSync.Reconciliation.Tests;

/// <summary>What the scripted cluster does with snapshots. It remembers them across restarts.</summary>
internal sealed partial class LiveWorld : IVolumeSnapshots
{
    /// <summary>The claim that <see cref="AddSnapshotsAsync"/> puts into its bundles.</summary>
    public const string Claim = "data";

    /// <summary>The snapshots by their names, each with the attempt and what it was made before.</summary>
    public ConcurrentDictionary<string, string> Made { get; } = new(StringComparer.Ordinal);

    /// <summary>How far a snapshot is when somebody looks. By default it can be used.</summary>
    public Func<SnapshotState> SnapshotIs { get; set; } = () => new SnapshotState(SnapshotPhase.Ready, "");

    /// <summary>Whether the cluster can make snapshots, as a new one begins.</summary>
    public Func<SnapshotState> SnapshotBegins { get; set; } = () => new SnapshotState(SnapshotPhase.Pending, "the driver has not completed it yet");

    /// <summary>How often somebody looked at a snapshot that is on its way.</summary>
    public int SnapshotLooks { get; private set; }

    /// <summary>What a restore does, or why it cannot go on.</summary>
    public Func<ObjectId, string, ClaimRestore> ClaimRestored { get; set; } =
        (claim, snapshot) => new ClaimRestore(claim, snapshot) { TakenAt = new DateTimeOffset(2026, 11, 21, 2, 0, 0, TimeSpan.Zero), KeptVolumes = ["pvc-1"] };

    /// <summary>One more bundle with the claim, which asks for a snapshot of it with these keys.</summary>
    public Task<Digest> AddSnapshotsAsync(string say, string keys = "", string more = "") => AddBundleAsync(
        $"ignoreImages: [r.example/*]\nsnapshots: [{{claim: {Claim}{keys}}}]\n",
        say,
        $$"""
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: {{Claim}}}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi} } }
        {{more}}
        """);

    public IVolumeSnapshots SnapshotsOf(DesiredState bundle) => this;

    public Task<SnapshotState> CheckAsync(SnapshotRequest request, CancellationToken cancellationToken) => Task.FromResult(SnapshotBegins());

    public Task<SnapshotState> StartAsync(SnapshotRequest request, string content, string attempt, CancellationToken cancellationToken)
    {
        var name = $"{request.Claim}-{Digest.Of(System.Text.Encoding.UTF8.GetBytes(content + attempt)).Hex[..8]}";
        if (Made.ContainsKey(name))
        {
            Steps.Enqueue($"find snapshot {request.Claim}");
            return Task.FromResult(SnapshotIs() with { Name = name, TakenAt = Time.GetUtcNow() });
        }

        var state = SnapshotBegins();
        if (state.Phase is SnapshotPhase.NotNeeded or SnapshotPhase.Unavailable)
        {
            return Task.FromResult(state);
        }

        Made[name] = content;
        Steps.Enqueue($"snapshot {request.Claim}");
        return Task.FromResult(state with { Name = name, TakenAt = Time.GetUtcNow() });
    }

    public Task<SnapshotState> LookAsync(SnapshotRequest request, string name, CancellationToken cancellationToken)
    {
        SnapshotLooks++;
        return Task.FromResult(SnapshotIs() with { Name = name, TakenAt = Time.GetUtcNow() });
    }

    public Task<IReadOnlyList<ClaimRestore>> RestoreAsync(IReadOnlyList<(ObjectId Claim, string Snapshot)> claims, CancellationToken cancellationToken)
    {
        Steps.Enqueue($"restore {string.Join(' ', claims.Select(claim => claim.Claim))}");
        return Task.FromResult<IReadOnlyList<ClaimRestore>>([.. claims.Select(claim => ClaimRestored(claim.Claim, claim.Snapshot))]);
    }

    public Task<bool> CleanAsync(IReadOnlyCollection<string> names, string? content, int attempts, CancellationToken cancellationToken)
    {
        Steps.Enqueue($"clean, keep {names.Count} and {attempts} attempts");
        return Task.FromResult(!Made.IsEmpty);
    }
}
