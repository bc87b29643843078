using System.Text;
using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Releases;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Reconciliation.Staging;

/// <summary>
/// Makes a <see cref="StagedBundle"/> of an accepted release: judges the bundle's signatures, brings its content, opens it, offers its
/// images by the mirror, and has the runtime take each of them. All of it is idempotent; a second run with everything here asks nobody.
/// </summary>
internal sealed class StageStep(
    ChannelSubscription channel,
    IBundleSource source,
    IImageShelf shelf,
    IImageRuntime runtime,
    ITimeWitness witness,
    IProgress<PipelineProgress> progress)
{
    private const int ImagesAtOnce = 3;

    /// <summary>
    /// Raises an <see cref="EdgeSyncException"/> for a bundle that is refused, or a station that does not answer.
    /// <paramref name="inspect"/> sees the objects and the metadata before any image is fetched, and may refuse them.
    /// </summary>
    public async Task<StagedBundle> RunAsync(
        VerifiedRelease release, Func<OpenedBundle, CancellationToken, Task>? inspect, CancellationToken cancellationToken)
    {
        var revision = release.Record.Bundle;
        Report(PipelineStage.Verify, $"checking the signatures of {revision.Name} {revision.Version}");
        var verified = await JudgeAsync(revision, cancellationToken);

        await source.FetchContentAsync(verified, revision.Repository, cancellationToken);
        var content = await source.OpenAsync(verified, cancellationToken);
        if (content.Objects.Count == 0)
        {
            throw new ReconciliationException(ReasonCodes.BundleEmpty, $"the bundle {revision.Name} {revision.Version} has no object")
            {
                Disposition = Disposition.Stalled,
                Subject = revision.Digest.ToString(),
                Hint = "Release a bundle with at least one object. To empty a site, release one that says so object by object.",
            };
        }

        if (inspect is not null)
        {
            await inspect(content, cancellationToken);
        }

        await source.FetchAsync(channel.Name, verified, revision.Repository, progress, cancellationToken);
        await shelf.OfferAsync(channel.Name, content, cancellationToken);
        await PullAsync(content.ImageReferences, cancellationToken);
        return new StagedBundle(channel, release.Record, release.Acknowledged, content, FingerprintOf(content));
    }

    /// <summary>
    /// Stages what is live here already. What has been lost since (trust, content, the registry) does not keep it from being repaired; the
    /// result says so. Raises an <see cref="EdgeSyncException"/> where not even its objects can be read.
    /// </summary>
    public async Task<StagedBundle> KeepAsync(VerifiedRelease release, Trouble? distrust, CancellationToken cancellationToken)
    {
        var revision = release.Record.Bundle;
        VerifiedBundle verified;
        try
        {
            verified = await JudgeAsync(revision, cancellationToken);
        }
        catch (EdgeSyncException failure) when (failure.ExitCode == ExitCodes.NotTrusted)
        {
            distrust ??= new Trouble(failure.Reason, failure.Message, failure.Hint);
            verified = await source.UpholdAsync(revision, cancellationToken);
        }

        var lack = await TryAsync(() => source.FetchAsync(channel.Name, verified, revision.Repository, progress, cancellationToken));
        OpenedBundle content;
        try
        {
            content = await source.OpenAsync(verified, cancellationToken);
        }
        catch (StorageException failure)
        {
            throw ContentLost(revision, lack ?? failure);
        }

        await shelf.OfferAsync(channel.Name, content, cancellationToken);
        var untaken = await TryAsync(() => PullAsync(content.ImageReferences, cancellationToken));
        return new StagedBundle(channel, release.Record, release.Acknowledged, content, FingerprintOf(content))
        {
            Distrust = distrust,
            Lack = lack is null ? untaken : ContentLost(revision, lack),
        };
    }

    // Whoever timestamped a trusted signature tells the site, too, that it is no earlier now.
    private async Task<VerifiedBundle> JudgeAsync(BundleRevision revision, CancellationToken cancellationToken)
    {
        var verified = await source.JudgeAsync(channel.Name, revision, cancellationToken);
        if (verified.ProvenTime is { } time)
        {
            witness.Prove(time);
        }

        return verified;
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

    private static StorageException ContentLost(BundleRevision revision, EdgeSyncException failure) => new(
        ReasonCodes.ContentLost,
        $"content of {revision.Name} {revision.Version} is damaged or missing in the cache, and cannot be fetched again now: {failure.Message}",
        failure)
    {
        Subject = failure.Subject ?? revision.Digest.ToString(),
        Hint = "It is fetched as soon as the registry answers; what runs is not touched. If this comes back, check the disk.",
        RetryAfter = failure.RetryAfter,
    };

    private async Task PullAsync(IReadOnlyList<string> references, CancellationToken cancellationToken)
    {
        var done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = ImagesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(references, options, async (reference, token) =>
        {
            await runtime.EnsureAsync(reference, token);
            progress.Report(new PipelineProgress(
                channel.Name, PipelineStage.Stage, reference, Interlocked.Increment(ref done), references.Count));
        });
    }

    // The bundle's digest covers every object and image; the default namespace is all that a site adds to it.
    private Digest FingerprintOf(OpenedBundle content) => Digest.Of(Encoding.UTF8.GetBytes($"{content.Index.Digest}\n{channel.Namespace}"));

    private void Report(PipelineStage stage, string message) => progress.Report(new PipelineProgress(channel.Name, stage, message));
}
