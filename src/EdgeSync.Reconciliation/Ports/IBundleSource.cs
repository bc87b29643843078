using EdgeSync.Bundles.Reading;
using EdgeSync.Bundles.Values;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>Brings bundles from their registries into the site's cache. It asks for nothing that the cache has.</summary>
public interface IBundleSource
{
    /// <summary>
    /// Fetches the bundle's index and signatures where the cache lacks them, and verifies them offline, by the rule for its repository and this
    /// channel. Raises an <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> with the verdict's reason for a bundle that is not trusted.
    /// </summary>
    Task<VerifiedBundle> VerifyAsync(string channel, BundleRevision bundle, CancellationToken cancellationToken);

    /// <summary>Makes sure that the cache holds what <see cref="OpenAsync(VerifiedBundle, ValueSources, CancellationToken)"/> reads: metadata and objects, no image.</summary>
    Task FetchContentAsync(string channel, VerifiedBundle bundle, string repository, CancellationToken cancellationToken);

    /// <summary>
    /// Whether the cache holds all that <see cref="FetchAsync(string, VerifiedBundle, string, IReadOnlySet{Digest}, IProgress{PipelineProgress}, Action{long}, CancellationToken)"/>
    /// fetches; with null for the images that are left out, what <see cref="FetchContentAsync"/> does. Asks no registry.
    /// </summary>
    Task<bool> IsFetchedAsync(VerifiedBundle bundle, IReadOnlySet<Digest>? leftOut, CancellationToken cancellationToken);

    /// <summary>
    /// Makes sure that the cache holds all content that this site's platform needs, without these images, each blob verified. Gives how many bytes came from
    /// the registry. <paramref name="lacking"/> is told how many are still to come, before the first of a blob; what it throws ends the download.
    /// </summary>
    Task<long> FetchAsync(
        string channel,
        VerifiedBundle bundle,
        string repository,
        IReadOnlySet<Digest> leftOut,
        IProgress<PipelineProgress> progress,
        Action<long> lacking,
        CancellationToken cancellationToken);

    /// <summary>The same for the bundle that runs here already.</summary>
    Task FetchAsync(
        string channel, RunningBundle bundle, IReadOnlySet<Digest> leftOut, IProgress<PipelineProgress> progress, CancellationToken cancellationToken);

    /// <summary>Reads the objects of a bundle whose content is in the cache, with the values of this site.</summary>
    Task<OpenedBundle> OpenAsync(VerifiedBundle bundle, ValueSources values, CancellationToken cancellationToken);

    /// <summary>The same for the bundle that runs here already.</summary>
    Task<OpenedBundle> OpenAsync(RunningBundle bundle, ValueSources values, CancellationToken cancellationToken);
}
