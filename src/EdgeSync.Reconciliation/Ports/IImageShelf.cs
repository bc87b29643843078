using EdgeSync.Bundles.Reading;
using EdgeSync.Primitives;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>What the mirror may serve: the images of verified bundles, and nothing else that lies in the cache.</summary>
public interface IImageShelf
{
    /// <summary>Serves the bundle's images under the names that its manifests use. Safe to call again.</summary>
    Task OfferAsync(string channel, OpenedBundle bundle, CancellationToken cancellationToken);

    /// <summary>Serves only these bundles of the channel from now on, and lets the cache forget what nothing needs.</summary>
    Task KeepAsync(string channel, IReadOnlyCollection<Digest> bundles, CancellationToken cancellationToken);
}
