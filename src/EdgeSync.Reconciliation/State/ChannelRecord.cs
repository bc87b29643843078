using System.Text.Json.Serialization;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Reconciliation.State;

/// <summary>
/// Everything that is durable about one channel at this site. Immutable: a transition makes the next record, and the state machine commits it. The
/// names in the JSON never change, so that the state directory of an older agent opens.
/// </summary>
public sealed record ChannelRecord
{
    /// <summary>The channel's name.</summary>
    public required string Channel { get; init; }

    /// <summary>The digest that the channel's tag named at the last verdict, or null.</summary>
    public Digest? SeenArtifact { get; init; }

    /// <summary>The highest authentic release ever seen here; never goes down. Null before the first.</summary>
    public SeenRelease? HighestSeen { get; init; }

    /// <summary>When the record behind <see cref="HighestSeen"/> expires, UTC; null where that is not known.</summary>
    public DateTimeOffset? NewestExpires { get; init; }

    /// <summary>The envelope behind <see cref="HighestSeen"/> where that is not <see cref="Target"/>; or null.</summary>
    public byte[]? NewestEnvelope { get; init; }

    /// <summary>Since when the channel's newest record is expired with nothing newer, UTC, acknowledged once; null while it is fresh.</summary>
    public DateTimeOffset? FrozenSince { get; init; }

    /// <summary>The plain tag that the channel follows, and what it has named; null where the channel follows signed releases, and before the first.</summary>
    public FollowedTag? Tag { get; init; }

    /// <summary>The newest accepted release, or null before the first.</summary>
    public ReleaseCopy? Target { get; init; }

    /// <summary>How far <see cref="Target"/> has come.</summary>
    public TargetProgress Progress { get; init; }

    /// <summary>The last-good release, or null before the first.</summary>
    public ReleaseCopy? LastGood { get; init; }

    /// <summary>The fingerprint of the site's state since <see cref="LastGood"/> became healthy.</summary>
    public Digest? Fingerprint { get; init; }

    /// <summary>
    /// Which objects of <see cref="LastGood"/> were held back when it became healthy (a paused Deployment, a claim that waits for its first pod), and which
    /// pruned ones something keeps from going; or null.
    /// </summary>
    public string? Remark { get; init; }

    /// <summary>Which cluster the channel is kept in, or null where that is not known.</summary>
    public string? Cluster { get; init; }

    /// <summary>Another cluster than <see cref="Cluster"/> that a person has to allow, or has allowed; null where there is none.</summary>
    public ClusterRebuild? Rebuild { get; init; }

    /// <summary>
    /// What tells the attempt at rebuilding <see cref="LastGood"/> in another cluster, where its hooks have not run, from all others; null where it is not being
    /// rebuilt.
    /// </summary>
    public string? RebuildAttempt { get; init; }

    /// <summary>The bundles that failed here; the newest few.</summary>
    public IReadOnlyList<Quarantine> Quarantined { get; init; } = [];

    /// <summary>The last thing that was refused, while it matters; or null.</summary>
    public Refusal? Refused { get; init; }

    /// <summary>That the registry no longer has the channel, or never had it; null where the last poll found it.</summary>
    public MissingChannel? Missing { get; init; }

    /// <summary>The sequence of the newest release where its selector does not match this site; or null.</summary>
    public long? ForOthers { get; init; }

    /// <summary>The reason code of what <see cref="Target"/> waits for, acknowledged once; or null.</summary>
    public string? WaitingFor { get; init; }

    /// <summary>What tells the attempt at activating <see cref="Target"/> that began last from all others; null before the first, and in state of agents without hooks.</summary>
    public string? Attempt { get; init; }

    /// <summary>Whether hooks of <see cref="Target"/> have to run before <see cref="LastGood"/> is written back.</summary>
    public bool IsUndoDue { get; init; }

    /// <summary>The snapshots that are being made for <see cref="Target"/>; null where none are.</summary>
    public SnapshotTry? SnapshotTry { get; init; }

    /// <summary>The snapshots that were made before the attempt at <see cref="Target"/> that began last; null where it asked for none.</summary>
    public IReadOnlyList<SnapshotNote>? Snapshots { get; init; }

    /// <summary>Whether the cluster may have snapshots that the channel has made.</summary>
    public bool HasSnapshots { get; init; }

    /// <summary>The last failure of <see cref="Target"/>, while it matters; or null.</summary>
    [JsonPropertyName("trouble")]
    public Failure? Failure { get; init; }

    /// <summary>Why last-good is not healthy either after a rollback to it; null where it is healthy.</summary>
    [JsonPropertyName("lastGoodTrouble")]
    public Failure? LastGoodFailure { get; init; }

    /// <summary>Why today's trust would not accept <see cref="LastGood"/>, as it was acknowledged; null where it would.</summary>
    public Failure? Distrusted { get; init; }

    /// <summary>When the state last changed, UTC, or null before the first change.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether the pipeline still has something to do for <see cref="Target"/>.</summary>
    public bool IsUnderWay => Target is not null && Progress is not (TargetProgress.Complete or TargetProgress.RolledBack or TargetProgress.Failed);

    /// <summary>Whether a release is changing the cluster, or is being undone there.</summary>
    public bool IsChanging => IsUnderWay && Progress >= TargetProgress.Activating;

    /// <summary>Why this bundle is not tried again here, or null.</summary>
    public Quarantine? FindQuarantine(Digest bundle) => Quarantined.FirstOrDefault(failed => failed.Digest == bundle);

    /// <summary>Whether the last refusal is of the bundle of <see cref="Target"/>, and not of a later release.</summary>
    public bool IsTargetRefused => Refused is { } refusal && refusal.Artifact == Target?.Summary.Digest;
}

/// <summary>A cluster that was installed again, at a site where a person decides whether it is rebuilt.</summary>
/// <param name="Cluster">Which cluster it is. What a person allows counts for it alone.</param>
/// <param name="Waiting">Why nothing is written to it, acknowledged once; null where a person has allowed it.</param>
public sealed record ClusterRebuild(string Cluster, Failure? Waiting);

/// <summary>What a site remembers of a plain tag that it follows.</summary>
/// <param name="Reference">The tag, with registry and repository.</param>
/// <param name="Number">How many bundles it has named here.</param>
/// <param name="Named">The last of them, the newest first.</param>
public sealed record FollowedTag(string Reference, long Number, IReadOnlyList<Digest> Named)
{
    /// <summary>Whether the tag names a bundle again that it had named before another one.</summary>
    public bool IsBack { get; init; }

    /// <summary>What people must know of such a channel.</summary>
    internal string Describe() => $"follows the plain tag {Reference}, without protection against replay and freeze"
        + (IsBack ? "; the tag was moved back to a bundle that it had named before" : "");
}

/// <summary>A channel that its registry does not have.</summary>
/// <param name="Message">What is missing, for people.</param>
/// <param name="Hint">What an operator can do.</param>
/// <param name="Since">Since when, UTC.</param>
public sealed record MissingChannel(string Message, string Hint, DateTimeOffset Since);

/// <summary>
/// How far a release has durably come at this site. Each value is on disk before the next step begins; after a restart the state machine continues
/// from it and does not write the acknowledgements up to it again. Values are only appended: their numbers order the steps.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<TargetProgress>))]
public enum TargetProgress
{
    /// <summary>The release is accepted.</summary>
    Received,

    /// <summary>The bundle is verified, all its content is here, and the runtime knows every image.</summary>
    Staged,

    /// <summary>Writing to the cluster may have begun.</summary>
    Activating,

    /// <summary>Every object is healthy; what the bundle no longer has may still be in the cluster.</summary>
    Healthy,

    /// <summary>Pruned as well: done.</summary>
    Complete,

    /// <summary>It failed; the site is rolling back to last-good.</summary>
    RollingBack,

    /// <summary>It failed, and last-good runs again. Done.</summary>
    RolledBack,

    /// <summary>It failed, and there is nothing to roll back to. Done.</summary>
    Failed,
}

/// <summary>The last thing that this site refused on a channel: acknowledged once, and shown until something better comes.</summary>
/// <param name="Artifact">The digest of what was refused: a release artifact, or a bundle.</param>
/// <param name="Reason">The reason code.</param>
/// <param name="Message">One sentence for people.</param>
/// <param name="Hint">What an operator can do, or null.</param>
/// <param name="Release">What could be read of it; not trusted.</param>
public sealed record Refusal(Digest Artifact, string Reason, string Message, string? Hint, AcknowledgedRelease? Release);

/// <summary>
/// A bundle that was tried here and failed. No release brings it back, except one that says so (<c>retryFailed</c>); and a person at the site can lift the
/// quarantine.
/// </summary>
/// <param name="Digest">The bundle.</param>
/// <param name="Sequence">The release that brought it.</param>
/// <param name="Reason">The reason code of the failure.</param>
/// <param name="Message">One sentence for people.</param>
public sealed record Quarantine(Digest Digest, long Sequence, string Reason, string Message)
{
    /// <summary>When it failed, UTC; null in state of agents that did not store it.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>What people can do to try the bundle once more.</summary>
    internal static string HowToLift(Digest bundle) => $"To try this bundle once more as it is, run 'edgesync quarantine lift {bundle}' at the site.";

    /// <summary>Why the bundle is refused.</summary>
    internal Failure Describe() => new(
        ReasonCodes.Quarantined,
        $"the bundle {Digest} was tried here with release {Sequence} and failed, {Reason}: {Message}",
        $"Release another bundle. {HowToLift(Digest)} A release with --retry-failed does the same at all its sites.");
}
