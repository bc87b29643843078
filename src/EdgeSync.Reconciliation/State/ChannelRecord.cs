using EdgeSync.Primitives;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Reconciliation.State;

/// <summary>Everything durable about one channel at this site. Immutable: a step makes the next one and commits it.</summary>
public sealed record ChannelRecord
{
    /// <summary>The channel's name.</summary>
    public required string Channel { get; init; }

    /// <summary>The digest of what the tag named at the last judgement, or null.</summary>
    public Digest? SeenArtifact { get; init; }

    /// <summary>The highest authentic release ever seen here; never goes down. Null before the first.</summary>
    public SeenRelease? HighestSeen { get; init; }

    /// <summary>When the record behind <see cref="HighestSeen"/> expires, UTC; null where that is not known.</summary>
    public DateTimeOffset? NewestExpires { get; init; }

    /// <summary>The envelope behind <see cref="HighestSeen"/> where that is not <see cref="Target"/>; or null.</summary>
    public byte[]? NewestEnvelope { get; init; }

    /// <summary>Since when the channel's newest record is expired with nothing newer, UTC, acknowledged once; null while it is fresh.</summary>
    public DateTimeOffset? FrozenSince { get; init; }

    /// <summary>The newest accepted release, or null before the first.</summary>
    public ReleaseCopy? Target { get; init; }

    /// <summary>How far <see cref="Target"/> has come.</summary>
    public TargetProgress Progress { get; init; }

    /// <summary>The last-good release, or null before the first.</summary>
    public ReleaseCopy? LastGood { get; init; }

    /// <summary>What the site is in a state of, after <see cref="LastGood"/> became healthy.</summary>
    public Digest? Fingerprint { get; init; }

    /// <summary>The bundles that failed here; the newest few.</summary>
    public IReadOnlyList<Quarantine> Quarantined { get; init; } = [];

    /// <summary>What was refused last and still matters, or null.</summary>
    public Refusal? Refused { get; init; }

    /// <summary>The sequence of the newest release, where that is for other sites and so passed over here; or null.</summary>
    public long? ForOthers { get; init; }

    /// <summary>The reason code of what <see cref="Target"/> waits for, acknowledged once; or null.</summary>
    public string? WaitingFor { get; init; }

    /// <summary>The reason code and sentence of the last failure of <see cref="Target"/>, while it matters; or null.</summary>
    public Trouble? Trouble { get; init; }

    /// <summary>Why last-good is not healthy either after it was gone back to, or null where it is.</summary>
    public Trouble? LastGoodTrouble { get; init; }

    /// <summary>Why <see cref="LastGood"/> would not be accepted today, as it was acknowledged; null while it would.</summary>
    public Trouble? Distrusted { get; init; }

    /// <summary>When the state last changed, UTC, or null before the first change.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether the pipeline still has something to do for <see cref="Target"/>.</summary>
    public bool IsUnderWay => Target is not null && Progress is not (TargetProgress.Complete or TargetProgress.RolledBack or TargetProgress.Failed);

    /// <summary>Whether what was refused last is the bundle of <see cref="Target"/>, and not a later release.</summary>
    public bool IsTargetRefused => Refused is { } refusal && refusal.Artifact == Target?.Summary.Digest;
}
