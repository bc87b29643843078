using EdgeSync.Contracts.Releases;
using EdgeSync.Oci.References;

namespace EdgeSync.Agent.Publishing;

/// <summary>What somebody wants to release, before name, version and sequence are looked up.</summary>
internal sealed record ReleaseDraft
{
    /// <summary>The channel.</summary>
    public required string Channel { get; init; }

    /// <summary>The bundle, with its digest.</summary>
    public required OciReference Bundle { get; init; }

    /// <summary>The sequence, or null for the next one.</summary>
    public long? Sequence { get; init; }

    /// <summary>The epoch, or null for that of the current release.</summary>
    public int? Epoch { get; init; }

    /// <summary>Whether to begin the epoch after that of the current release.</summary>
    public bool NewEpoch { get; init; }

    /// <summary>The bundle's name; null takes the name in the bundle.</summary>
    public string? Name { get; init; }

    /// <summary>The bundle's version; null takes the version in the bundle.</summary>
    public string? Version { get; init; }

    public LabelSelector? Sites { get; init; }

    public required TimeArgument Expires { get; init; }

    public TimeArgument? NotBefore { get; init; }

    public TimeArgument? Deadline { get; init; }

    public bool AllowDestructive { get; init; }

    /// <summary>What may be deleted beyond the limits of sites; null for nothing.</summary>
    public IReadOnlyList<PruneAllowance>? AllowPrune { get; init; }

    /// <summary>Whether sites where the bundle failed before try it again.</summary>
    public bool RetryFailed { get; init; }

    /// <summary>Whether sites begin outside of their windows.</summary>
    public bool Urgent { get; init; }

    /// <summary>Values for the bundle's manifests; null for none.</summary>
    public IReadOnlyDictionary<string, string>? Values { get; init; }

    public RollbackNotice? Rollback { get; init; }

    public string? MinimumAgent { get; init; }
}
