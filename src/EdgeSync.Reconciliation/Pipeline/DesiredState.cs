using System.Text;
using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// What may be written to the cluster: a <see cref="StagedBundle"/> on its way to become live, or the <see cref="LiveBundle"/> that is live already.
/// There is no third kind.
/// </summary>
public abstract class DesiredState
{
    private protected DesiredState(ChannelSubscription channel, ReleaseRecord release, AcknowledgedRelease summary, OpenedBundle content)
    {
        Channel = channel;
        Release = release;
        Summary = summary;
        Content = content;

        // The bundle's digest covers every object and image; the default namespace, the site's values and its rules for fields are all that a site adds to it.
        var values = content.Content.InEffect is { } inEffect ? $"\n{inEffect.Fingerprint()}" : "";
        Fingerprint = Digest.Of(Encoding.UTF8.GetBytes($"{content.Index.Digest}\n{channel.Namespace}{values}{channel.FieldPolicy}"));
    }

    /// <summary>Whether it is live already, so that applying it restores what was there.</summary>
    public bool IsLive => this is LiveBundle;

    /// <summary>The channel that brought it.</summary>
    public ChannelSubscription Channel { get; }

    /// <summary>The release that names it.</summary>
    public ReleaseRecord Release { get; }

    /// <summary>The release as acknowledgements name it.</summary>
    public AcknowledgedRelease Summary { get; }

    /// <summary>Its objects and images.</summary>
    public OpenedBundle Content { get; }

    /// <summary>The fingerprint of a site where exactly this is live. Where something deviates, <see cref="LiveFingerprint"/> adds it.</summary>
    public Digest Fingerprint { get; }
}

/// <summary>
/// A bundle that the site's trust accepts now and of which everything is here: verified, in the cache, and each image known to the container runtime.
/// Only <see cref="StageStep"/> makes one.
/// </summary>
internal sealed class StagedBundle : DesiredState
{
    internal StagedBundle(ChannelSubscription channel, FetchedBundle fetched)
        : base(channel, fetched.Release.Record, fetched.Release.Acknowledged, fetched.Content) => IsUrgent = fetched.Release.IsUrgent;

    /// <summary>Whether it waits for no window.</summary>
    public bool IsUrgent { get; }
}

/// <summary>
/// The bundle that became healthy at this site (last-good). It stays what it is when trust or content is lost later, and says so. Made by
/// <see cref="Drift.RecallStep"/> from the site's record, or from the staged bundle at the moment when that becomes healthy.
/// </summary>
internal sealed class LiveBundle : DesiredState
{
    internal LiveBundle(StagedBundle healthy)
        : base(healthy.Channel, healthy.Release, healthy.Summary, healthy.Content)
    {
    }

    internal LiveBundle(ChannelSubscription channel, ReleaseRecord release, AcknowledgedRelease summary, OpenedBundle content)
        : base(channel, release, summary, content)
    {
    }

    /// <summary>Why today's trust would not accept it, or null.</summary>
    public Failure? Distrust { get; init; }

    /// <summary>Why the site's values do not fit it any more, so that those count that were in effect before; or null.</summary>
    public EdgeSyncException? UnfitValues { get; init; }

    /// <summary>Why content of it that was in the cache is missing now and could not be fetched again, or null.</summary>
    public EdgeSyncException? MissingContent { get; init; }
}
