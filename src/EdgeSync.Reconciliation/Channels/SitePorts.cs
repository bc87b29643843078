using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.Staging;
using EdgeSync.Signing.Policies;

namespace EdgeSync.Reconciliation.Channels;

/// <summary>The world as a channel's worker needs it, wired by the agent.</summary>
public sealed record SitePorts
{
    /// <summary>What this site is.</summary>
    public required SiteProfile Site { get; init; }

    /// <summary>Whom it trusts.</summary>
    public required ISiteTrust Trust { get; init; }

    /// <summary>The policy as it is now.</summary>
    public TrustPolicy Policy => Trust.Policy;

    /// <summary>Where release records come from.</summary>
    public required IReleaseSource Releases { get; init; }

    /// <summary>Where bundles come from.</summary>
    public required IBundleSource Bundles { get; init; }

    /// <summary>What the mirror serves.</summary>
    public required IImageShelf Shelf { get; init; }

    /// <summary>The container runtime.</summary>
    public required IImageRuntime Runtime { get; init; }

    /// <summary>The cluster.</summary>
    public required ICluster Cluster { get; init; }

    /// <summary>The durable truth.</summary>
    public required ISiteStore Store { get; init; }

    /// <summary>Where proofs of a double signature are kept.</summary>
    public required IEvidenceStore Evidence { get; init; }

    /// <summary>Who takes note of proven times.</summary>
    public required ITimeWitness Witness { get; init; }

    /// <summary>The holds.</summary>
    public required IHoldStore Holds { get; init; }

    /// <summary>One change at a time on the whole site, whatever the channel.</summary>
    public required SemaphoreSlim ActivationLock { get; init; }

    /// <summary>The clock that says what time it is.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The clock for deadlines and pauses, which no setting of the machine's clock moves; the cluster's deadlines count by it too.</summary>
    public required TimeProvider Steady { get; init; }

    /// <summary>The source of jitter.</summary>
    public required Random Random { get; init; }
}
