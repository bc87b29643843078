using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;

namespace EdgeSync.Reconciliation.Staging;

/// <summary>
/// A bundle of which everything is on the site: verified, in the cache, and every image known to the container runtime. Only
/// <see cref="StageStep"/> makes one, and only one of these can be applied.
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
}
