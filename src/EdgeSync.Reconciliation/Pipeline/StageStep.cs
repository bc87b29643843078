using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Step 4. Publishes the images of a fetched bundle through the mirror, and makes the container runtime pull each of them, so that nothing has to be
/// downloaded once the cluster changes. Safe to run again; with everything here it asks nobody outside.
/// </summary>
internal sealed class StageStep(ChannelSubscription channel, IMirrorPublisher mirror, IImageRuntime runtime, IProgress<PipelineProgress> progress)
{
    private const int ImagesAtOnce = 3;

    /// <summary>Raises an <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> when the runtime does not take an image.</summary>
    public async Task<StagedBundle> RunAsync(FetchedBundle fetched, CancellationToken cancellationToken)
    {
        await mirror.OfferAsync(channel.Name, fetched.Content, cancellationToken);
        await PullAsync(fetched.Content.ImageReferences, cancellationToken);
        return new StagedBundle(channel, fetched);
    }

    /// <summary>Makes the runtime pull these images, which the mirror serves already.</summary>
    public async Task PullAsync(IReadOnlyList<string> references, CancellationToken cancellationToken)
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
}
