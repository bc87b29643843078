using EdgeSync.Bundles.Reading;
using EdgeSync.Bundles.Values;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Releases;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Reconciliation.Drift;

/// <summary>
/// Makes a <see cref="LiveBundle"/> of the last-good release in the site's record. Its objects are small and read first, so that the keeper can begin; trust
/// and content are checked by the follower. What has been lost since it became healthy (trust, content, the registry) does not keep it from being
/// repaired; the result says what is lost. It stays recalled until the trust changes, content is missing, or <see cref="Forget"/> is called.
/// </summary>
internal sealed class RecallStep(
    ChannelSubscription channel,
    SiteProfile site,
    ISiteTrust trust,
    VerifyStep verify,
    IBundleSource bundles,
    IMirrorPublisher mirror,
    StageStep stage,
    IProgress<PipelineProgress> progress)
{
    private volatile LiveBundle? _live;
    private volatile LiveBundle? _opened;
    private long _liveTrust;

    /// <summary>What was recalled and checked last, or null. Safe to read from any thread.</summary>
    public LiveBundle? Live => _live;

    /// <summary>Takes the bundle that has just become healthy, which was accepted under this generation of the trust.</summary>
    public void Adopt(LiveBundle live, long generation)
    {
        _live = live;
        _liveTrust = generation;
        _opened = live;
    }

    /// <summary>Makes the next run check everything again. Safe to call from any thread.</summary>
    public void Forget() => _live = null;

    /// <summary>
    /// Reads the objects alone: asks nobody outside, and does not look whether the images are complete. Raises an <see cref="EdgeSyncException"/> where the
    /// objects cannot be read. Safe to call from any thread.
    /// </summary>
    public async Task<LiveBundle> OpenAsync(ReleaseCopy good, CancellationToken cancellationToken)
    {
        if (FindOpened(good) is { } known)
        {
            return known;
        }

        var running = AcceptRunning(good);
        OpenedBundle content;
        EdgeSyncException? unfit;
        try
        {
            (content, unfit) = await OpenAsync(running, good.Values, cancellationToken);
        }
        catch (StorageException failure)
        {
            throw ContentLost(running.Revision, failure);
        }

        // Pods that start again may pull before the content is checked.
        await TryAsync(() => mirror.OfferAsync(channel.Name, content, cancellationToken));
        return _opened = new LiveBundle(channel, running.Release, good.Summary, content) { UnfitValues = unfit };
    }

    /// <summary>Checks all of it, and fetches what is missing. Raises an <see cref="EdgeSyncException"/> where not even its objects can be read.</summary>
    public async Task<LiveBundle> RunAsync(ReleaseCopy good, CancellationToken cancellationToken)
    {
        var generation = trust.Generation;
        if (_live is { MissingContent: null, UnfitValues: null } known && known.Summary == good.Summary && _liveTrust == generation)
        {
            return known;
        }

        var running = AcceptRunning(good);
        var distrust = await FindDistrustAsync(good, running.Revision, cancellationToken);
        var (content, unfit, missing) = await FetchAsync(running, good, cancellationToken);

        await mirror.OfferAsync(channel.Name, content, cancellationToken);
        var notPulled = await TryAsync(() => stage.PullAsync(content.ImageReferences, cancellationToken));
        var live = new LiveBundle(channel, running.Release, good.Summary, content)
        {
            Distrust = distrust,
            UnfitValues = unfit,
            MissingContent = missing is null ? notPulled : ContentLost(running.Revision, missing),
        };
        Adopt(live, generation);
        return live;
    }

    /// <summary>The same, after content was missed.</summary>
    public Task<LiveBundle> RunAgainAsync(ReleaseCopy good, CancellationToken cancellationToken)
    {
        Forget();
        return RunAsync(good, cancellationToken);
    }

    private LiveBundle? FindOpened(ReleaseCopy good) =>
        new[] { _live, _opened }.FirstOrDefault(bundle => bundle?.Summary == good.Summary);

    private static RunningBundle AcceptRunning(ReleaseCopy good) => ReleaseVerifier.AcceptRunning(good.Envelope, good.Payload)
        ?? throw new ReconciliationException(ReasonCodes.ReleaseMalformed, "the stored release of what runs here cannot be read");

    private async Task<(OpenedBundle Content, EdgeSyncException? Unfit, EdgeSyncException? Missing)> FetchAsync(
        RunningBundle running, ReleaseCopy good, CancellationToken cancellationToken)
    {
        // What its components leave out is known only once it was opened; a bundle that cannot be opened is fetched whole.
        (OpenedBundle Content, EdgeSyncException? Unfit)? opened = FindOpened(good) is { UnfitValues: null } known ? (known.Content, null) : null;
        await TryAsync(async () => opened ??= await OpenAsync(running, good.Values, cancellationToken));
        var missing = await TryAsync(() => bundles.FetchAsync(
            channel.Name, running, opened?.Content.LeftOutImages ?? new HashSet<Digest>(), progress, cancellationToken));
        try
        {
            var (content, unfit) = opened ?? await OpenAsync(running, good.Values, cancellationToken);
            return (content, unfit, missing);
        }
        catch (StorageException failure)
        {
            throw ContentLost(running.Revision, missing ?? failure);
        }
    }

    // What runs goes on with the values that it has, whatever was done to the site's configuration.
    private async Task<(OpenedBundle Content, EdgeSyncException? Unfit)> OpenAsync(RunningBundle running, ValuesInEffect? kept, CancellationToken cancellationToken)
    {
        var values = site.ValuesFor(running.Release);
        try
        {
            return (await bundles.OpenAsync(running, values, cancellationToken), null);
        }
        catch (EdgeSyncException failure) when (failure.Reason == ReasonCodes.SiteValueInvalid && kept is not null)
        {
            return (await bundles.OpenAsync(running, values with { Kept = kept }, cancellationToken), failure);
        }
    }

    private async Task<Failure?> FindDistrustAsync(ReleaseCopy good, BundleRevision bundle, CancellationToken cancellationToken)
    {
        Failure? distrust = null;
        try
        {
            distrust = await verify.VerifyAgainAsync(good, cancellationToken) is ReleaseVerdict.Rejected rejected
                ? new Failure(rejected.Reason, rejected.Message, rejected.Hint)
                : null;
            await verify.RunAsync(bundle, cancellationToken);
            return distrust;
        }
        catch (EdgeSyncException failure) when (failure.ExitCode == ExitCodes.NotTrusted)
        {
            return distrust ?? Failure.From(failure);
        }
    }

    private static async Task<EdgeSyncException?> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return null;
        }
        catch (EdgeSyncException failure)
        {
            return failure;
        }
    }

    private static StorageException ContentLost(BundleRevision bundle, EdgeSyncException failure) => new(
        ReasonCodes.ContentLost,
        $"content of {bundle.Name} {bundle.Version} is damaged or missing in the cache, and cannot be fetched again now: {failure.Message}",
        failure)
    {
        Subject = failure.Subject ?? bundle.Digest.ToString(),
        Hint = "It is fetched as soon as the registry answers; what runs is not touched. If this comes back, check the disk.",
        RetryAfter = failure.RetryAfter,
    };
}
