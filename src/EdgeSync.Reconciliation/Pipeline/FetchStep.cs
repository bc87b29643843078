using EdgeSync.Bundles.Reading;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Signing.Releases;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Step 3. Brings a verified bundle into the cache: first its metadata and objects, then, if the site has what the bundle requires, its images. It
/// resumes what an earlier run began, and asks nobody for what the cache has.
/// </summary>
internal sealed class FetchStep(
    ChannelSubscription channel, SiteProfile site, IBundleSource bundles, RequirementsCheck requirements, IProgress<PipelineProgress> progress)
{
    /// <summary>
    /// Raises an <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> for a bundle that is refused, and when a registry does not answer.
    /// <paramref name="isNew"/>: check the bundle's requirements. A bundle that passed them once is not refused for them later.
    /// </summary>
    public async Task<FetchedBundle> RunAsync(VerifiedRelease release, VerifiedBundle bundle, bool isNew, CancellationToken cancellationToken)
    {
        var repository = release.Record.Bundle.Repository;
        await bundles.FetchContentAsync(bundle, repository, cancellationToken);
        var content = await bundles.OpenAsync(bundle, site.ValuesFor(release.Record), cancellationToken);
        if (isNew)
        {
            await requirements.CheckAsync(content.Metadata.Requires, content.Index.Digest, cancellationToken);
        }

        await bundles.FetchAsync(channel.Name, bundle, repository, content.LeftOutImages, progress, cancellationToken);
        return new FetchedBundle(release, content);
    }
}

/// <summary>A verified bundle with all its content in the cache. Only <see cref="FetchStep"/> makes one.</summary>
internal sealed class FetchedBundle
{
    internal FetchedBundle(VerifiedRelease release, OpenedBundle content)
    {
        Release = release;
        Content = content;
    }

    /// <summary>The release that names it.</summary>
    public VerifiedRelease Release { get; }

    /// <summary>Its objects and images.</summary>
    public OpenedBundle Content { get; }
}
