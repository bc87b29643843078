using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.Windows;
using EdgeSync.Signing.Releases;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Step 3. Brings a verified bundle into the cache: first its metadata and objects, then, if the site has what the bundle requires, its images. It
/// resumes what an earlier run began, and asks nobody for what the cache has.
/// </summary>
internal sealed class FetchStep(
    ChannelSubscription channel,
    SiteProfile site,
    IBundleSource bundles,
    RequirementsCheck requirements,
    WindowGate windows,
    DeadlineGate deadline,
    StageTimes times,
    IProgress<PipelineProgress> progress)
{
    /// <summary>
    /// Raises an <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> for a bundle that is refused, and when a registry does not answer; a
    /// <see cref="GateWaitException"/> where something is lacking and the window for downloads is closed, or closes, or the deadline of a preflight comes before
    /// the change would be over. What the cluster has been changed for waits for neither, and what is urgent for no window; a bundle that passed its requirements
    /// once is not refused for them later.
    /// </summary>
    public async Task<FetchedBundle> RunAsync(VerifiedRelease release, VerifiedBundle bundle, PreparedFor use, CancellationToken cancellationToken)
    {
        var repository = release.Record.Bundle.Repository;
        var waits = use != PreparedFor.Change && !release.IsUrgent;
        await DownloadAsync(FetchContentAsync, bundle, leftOut: null, waits, cancellationToken);
        var content = await bundles.OpenAsync(bundle, site.ValuesFor(release.Record), cancellationToken);
        if (use == PreparedFor.Staging)
        {
            await requirements.CheckAsync(content.Metadata.Requires, content.Index.Digest, cancellationToken);
        }

        var started = times.Start();
        var received = await DownloadAsync(FetchAllAsync, bundle, content.LeftOutImages, waits, cancellationToken);
        if (received > 0)
        {
            times.Add(PipelineStage.Fetch, started, received);
        }

        return new FetchedBundle(release, content);

        async Task<long> FetchContentAsync(CancellationToken token)
        {
            await bundles.FetchContentAsync(channel.Name, bundle, repository, token);
            return 0;
        }

        Task<long> FetchAllAsync(CancellationToken token) => bundles.FetchAsync(channel.Name, bundle, repository, content.LeftOutImages, progress, Fit, token);

        void Fit(long bytes)
        {
            if (use != PreparedFor.Change && deadline.FindDownloadObstacle(content, bytes) is { } obstacle)
            {
                throw new GateWaitException(obstacle);
            }
        }
    }

    private Task<long> DownloadAsync(
        Func<CancellationToken, Task<long>> download, VerifiedBundle bundle, IReadOnlySet<Digest>? leftOut, bool waits, CancellationToken cancellationToken) =>
        waits ? windows.DownloadAsync(download, token => bundles.IsFetchedAsync(bundle, leftOut, token), cancellationToken) : download(cancellationToken);
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
