using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts.Releases;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>Brings bundles from where the release says into the site's cache. What is there already is not asked for again.</summary>
public interface IBundleSource
{
    /// <summary>
    /// Brings the bundle's index and its signatures, where the cache lacks them, and judges them with no network, by the rule for its repository
    /// and this channel. Raises an <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> with the verdict's reason for a bundle that is not
    /// trusted.
    /// </summary>
    Task<VerifiedBundle> JudgeAsync(string channel, BundleRevision bundle, CancellationToken cancellationToken);

    /// <summary>
    /// The bundle that is live here already, also where today's policy does not accept it. Asks a registry only where the cache lacks its index.
    /// </summary>
    Task<VerifiedBundle> UpholdAsync(BundleRevision bundle, CancellationToken cancellationToken);

    /// <summary>Makes sure that the cache holds what <see cref="OpenAsync"/> reads: the bundle's metadata and objects, and no image.</summary>
    Task FetchContentAsync(VerifiedBundle bundle, string repository, CancellationToken cancellationToken);

    /// <summary>Makes sure that the cache holds all content of the bundle that this site's platform needs, each blob verified.</summary>
    Task FetchAsync(
        string channel, VerifiedBundle bundle, string repository, IProgress<PipelineProgress> progress, CancellationToken cancellationToken);

    /// <summary>Reads the objects of a bundle whose content is here.</summary>
    Task<OpenedBundle> OpenAsync(VerifiedBundle bundle, CancellationToken cancellationToken);
}
