using System.Text.Json.Serialization;
using EdgeSync.Primitives;

namespace EdgeSync.Contracts.Releases;

/// <summary>
/// A release: on this channel, at this sequence, these sites run that bundle. It is the payload of a DSSE envelope that a threshold of release keys signs
/// (payload type <see cref="MediaType"/>).
/// </summary>
public sealed record ReleaseRecord
{
    /// <summary>The payload type in the envelope and the artifact type in the registry.</summary>
    public const string MediaType = "application/vnd.edgesync.release.v1+json";

    /// <summary>The value of <see cref="Schema"/> that this version reads and writes.</summary>
    public const string CurrentSchema = "edgesync.dev/release/v1";

    /// <summary>The format's name and version.</summary>
    public string Schema { get; set; } = CurrentSchema;

    /// <summary>The channel that this release is for (see <see cref="EntityName"/>).</summary>
    public required string Channel { get; init; }

    /// <summary>
    /// Counts the restarts of the channel's numbering, from 0. Within an epoch the sequences rise; a higher epoch is above every sequence of a lower one.
    /// It is the signed way forward after a backup was restored, or after somebody signed the highest sequence there is.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Epoch { get; init; }

    /// <summary>Rises by any amount with each release of the channel's epoch; from 1 to 2^53.</summary>
    public required long Sequence { get; init; }

    /// <summary>What to run.</summary>
    public required BundleRevision Bundle { get; init; }

    /// <summary>The sites that this release is for; null means every site that follows the channel.</summary>
    public LabelSelector? Sites { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>After this time a site begins no new change with it, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Before this time a site does not begin with it, UTC; null means at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>By when it should be active at the sites, UTC, or null. It is information: HQ shows who is late, and no site waits or hurries for it.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Allows deletions that are otherwise refused: namespaces, volume claims, CRDs, and more objects than the policy's share.</summary>
    public bool AllowDestructive { get; init; }

    /// <summary>Lifts the limits of deletion for some kinds and a number of objects; null lifts none.</summary>
    public IReadOnlyList<PruneAllowance>? AllowPrune { get; init; }

    /// <summary>Tries the bundle again at sites where it failed before and is in quarantine. Without it such a site refuses the release.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RetryFailed { get; init; }

    /// <summary>
    /// Begins outside of windows and in blackouts, where the site's trust policy lets its signers say so. It overrides no hold. Older agents do not know it and keep to
    /// their windows.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Urgent { get; init; }

    /// <summary>Values for the bundle's manifests, by name; a site's own values count more. Null for none.</summary>
    public IReadOnlyDictionary<string, string>? Values { get; init; }

    /// <summary>Set when this release goes back to an older bundle on purpose.</summary>
    public RollbackNotice? Rollback { get; init; }

    /// <summary>The lowest agent version that may activate it, or null.</summary>
    public string? MinimumAgent { get; init; }
}
