using EdgeSync.Bundles.Reading;
using EdgeSync.Primitives;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>Decides what the mirror serves: the images of bundles that are trusted or run here, and nothing else from the cache.</summary>
public interface IMirrorPublisher
{
    /// <summary>Serves the bundle's images under the names that its manifests use. Safe to call again.</summary>
    Task OfferAsync(string channel, OpenedBundle bundle, CancellationToken cancellationToken);

    /// <summary>Serves only these bundles of the channel from now on, and removes what no kept bundle needs from the cache.</summary>
    Task KeepAsync(string channel, IReadOnlyCollection<Digest> bundles, CancellationToken cancellationToken);
}
