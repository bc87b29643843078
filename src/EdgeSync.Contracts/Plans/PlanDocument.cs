using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Contracts.Plans;

/// <summary>
/// What would change at a site (<c>edgesync plan</c>), or where the cluster is not what it should be (<c>edgesync diff</c>). It holds no value of a Secret.
/// </summary>
public sealed record PlanDocument
{
    /// <summary>The value of <see cref="Schema"/> of a plan.</summary>
    public const string PlanSchema = "edgesync.dev/plan/v1";

    /// <summary>The value of <see cref="Schema"/> of a diff.</summary>
    public const string DiffSchema = "edgesync.dev/diff/v1";

    /// <summary>The payload type under which a site signs a diff for HQ.</summary>
    public const string DiffMediaType = "application/vnd.edgesync.diff.v1+json";

    /// <summary>The format's name and version.</summary>
    public required string Schema { get; init; }

    /// <summary>The fleet.</summary>
    public required string Fleet { get; init; }

    /// <summary>The site.</summary>
    public required string Site { get; init; }

    /// <summary>When the cluster was compared, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Which request of HQ it answers; null for a person at the site.</summary>
    public string? Request { get; init; }

    /// <summary>Whether anything would change, or is not as it should be.</summary>
    public required bool HasChanges { get; init; }

    /// <summary>One entry for each channel that was looked at.</summary>
    public required IReadOnlyList<ChannelPlan> Channels { get; init; }
}

/// <summary>The part of one channel.</summary>
public sealed record ChannelPlan
{
    /// <summary>The channel.</summary>
    public required string Channel { get; init; }

    /// <summary>The bundle that the cluster was compared with; null where none is known or it could not be read.</summary>
    public PlannedBundle? Bundle { get; init; }

    /// <summary>The last-good release of the channel, or null.</summary>
    public AcknowledgedRelease? Running { get; init; }

    /// <summary>How many objects have each action.</summary>
    public PlanCounts Counts { get; init; } = new();

    /// <summary>Why the site would refuse the bundle as a whole, one sentence each: the prune guard, what the bundle requires, a missing right.</summary>
    public IReadOnlyList<SiteNotice> Objections { get; init; } = [];

    /// <summary>What people should know besides.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Every object, in the order of the apply; what would be deleted comes last.</summary>
    public IReadOnlyList<PlannedObject> Objects { get; init; } = [];

    /// <summary>The hooks of the bundle in the order in which they would run; null for a diff, and where the bundle has none.</summary>
    public IReadOnlyList<HookRun>? Hooks { get; init; }

    /// <summary>The snapshots of volumes that the bundle asks for; null for a diff, and where it asks for none.</summary>
    public IReadOnlyList<PlannedSnapshot>? Snapshots { get; init; }

    /// <summary>Why there is no plan for this channel; null where there is one.</summary>
    public SiteNotice? Failure { get; init; }
}

/// <summary>A bundle in a plan.</summary>
public sealed record PlannedBundle
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>Its digest; null for a folder.</summary>
    public string? Digest { get; init; }

    /// <summary>Where it is from: a release of the channel, a reference, or a path.</summary>
    public required string Source { get; init; }

    /// <summary>Whether the site's policy trusts it; null for a folder, which has no signatures.</summary>
    public bool? Trusted { get; init; }

    /// <summary>Why not; null where the site trusts it.</summary>
    public SiteNotice? Distrust { get; init; }
}

/// <summary>A Job that the activation of a bundle runs at a certain moment.</summary>
public sealed record HookRun
{
    /// <summary>The moment: <c>pre-activate</c>, <c>post-activate</c> or <c>on-rollback</c>.</summary>
    public required string Hook { get; init; }

    /// <summary>The namespace of its Job.</summary>
    public required string Namespace { get; init; }

    /// <summary>The name of its Job.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it would run.</summary>
    public required bool Runs { get; init; }

    /// <summary>Why not, or on what condition; or null.</summary>
    public string? Message { get; init; }
}

/// <summary>A snapshot of a volume that would be made before anything is changed.</summary>
public sealed record PlannedSnapshot
{
    /// <summary>The namespace of the PersistentVolumeClaim.</summary>
    public required string Namespace { get; init; }

    /// <summary>The name of the PersistentVolumeClaim.</summary>
    public required string Claim { get; init; }

    /// <summary>Whether it would be made.</summary>
    public required bool Made { get; init; }

    /// <summary>Whether a rollback would restore it.</summary>
    public required bool Restored { get; init; }

    /// <summary>Why it would not be made, or null.</summary>
    public string? Message { get; init; }

    /// <summary>Whether the release would wait because it cannot be made.</summary>
    public bool Waits { get; init; }
}

/// <summary>How many objects of a plan have each action.</summary>
public sealed record PlanCounts
{
    /// <summary>Objects that would be created; in a diff, that are missing.</summary>
    public int Created { get; init; }

    /// <summary>Objects of which fields would change; in a diff, that drifted.</summary>
    public int Configured { get; init; }

    /// <summary>Objects that would be deleted and created again.</summary>
    public int Recreated { get; init; }

    /// <summary>Objects that would be deleted; in a diff, that are left over.</summary>
    public int Deleted { get; init; }

    /// <summary>Objects that stay as they are.</summary>
    public int Unchanged { get; init; }

    /// <summary>Objects that the cluster would refuse.</summary>
    public int Failed { get; init; }
}
