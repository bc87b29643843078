using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Staging;

/// <summary>
/// A bundle of which everything is on the site: verified, in the cache, and every image known to the container runtime. Only
/// <see cref="StageStep"/> makes one, and only one of these can be applied. One that is live here already stays what it is, and says what it
/// has lost since: trust, or content.
/// </summary>
public sealed class StagedBundle
{
    internal StagedBundle(ChannelSubscription channel, ReleaseRecord release, AcknowledgedRelease summary, OpenedBundle content, Digest fingerprint)
    {
        Channel = channel;
        Release = release;
        Summary = summary;
        Content = content;
        Fingerprint = fingerprint;
    }

    /// <summary>The channel it came by.</summary>
    public ChannelSubscription Channel { get; }

    /// <summary>The release that names it.</summary>
    public ReleaseRecord Release { get; }

    /// <summary>The release as acknowledgements name it.</summary>
    public AcknowledgedRelease Summary { get; }

    /// <summary>Its objects and images.</summary>
    public OpenedBundle Content { get; }

    /// <summary>The fingerprint of a site where it is live and healthy.</summary>
    public Digest Fingerprint { get; }

    /// <summary>Why the site's policy would not accept it today, or null. Never set for a bundle that is not live yet.</summary>
    public Trouble? Distrust { get; init; }

    /// <summary>Why content of it that was here is not here any more, or null. Never set for a bundle that is not live yet.</summary>
    public EdgeSyncException? Lack { get; init; }
}
