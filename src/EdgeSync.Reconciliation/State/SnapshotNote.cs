using System.Text.Json.Serialization;
using EdgeSync.Primitives;

namespace EdgeSync.Reconciliation.State;

/// <summary>What became of a snapshot that a bundle asked for before its activation.</summary>
/// <param name="Namespace">The namespace of the claim, and of the snapshot.</param>
/// <param name="Claim">The name of the claim.</param>
public sealed record SnapshotNote(string Namespace, string Claim)
{
    /// <summary>The name of the VolumeSnapshot; null where the activation goes on without one.</summary>
    public string? Name { get; init; }

    /// <summary>From when its content is, UTC; null where that is not known.</summary>
    public DateTimeOffset? TakenAt { get; init; }

    /// <summary>Whether a rollback gives the claim this content back; false once it has, or could not.</summary>
    public bool Restore { get; init; }

    /// <summary>Why there is none, or null.</summary>
    public string? Problem { get; init; }

    /// <summary>The claim for people.</summary>
    [JsonIgnore]
    public string Subject => $"PersistentVolumeClaim {Namespace}/{Claim}";

    /// <summary>What is without a snapshot, and why, in words; null where nothing is.</summary>
    internal static string? DescribeMissing(IReadOnlyList<SnapshotNote>? notes) =>
        Join((notes ?? []).Where(note => note.Name is null).Select(note => $"no snapshot of {note.Subject} was made before: {note.Problem}"));

    /// <summary>Where people find content from before the activation that nothing restores, in words; null where there is none.</summary>
    internal static string? DescribeKept(IReadOnlyList<SnapshotNote>? notes, bool alsoRestored) =>
        Join((notes ?? []).Where(note => note.Name is not null && (alsoRestored || !note.Restore)).Select(note => $"the VolumeSnapshot {note.Name} has what {note.Subject} held{Since(note.TakenAt)}"));

    internal static string Since(DateTimeOffset? at) => at is null ? "" : $" at {at:u}";

    private static string? Join(IEnumerable<string> parts) => string.Join("; ", parts) is { Length: > 0 } words ? words : null;
}

/// <summary>Snapshots that are being made before a bundle is activated. Until all can be used, nothing of the bundle is written.</summary>
/// <param name="Bundle">The bundle.</param>
/// <param name="Attempt">What tells this attempt from all others; the activation has the same.</param>
/// <param name="Since">Since when, UTC.</param>
public sealed record SnapshotTry(Digest Bundle, string Attempt, DateTimeOffset Since);
