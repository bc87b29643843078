using System.Collections.Concurrent;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Oci.Download;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation;

namespace EdgeSync.Agent.Sources;

/// <summary>Adds the blobs' progress up to that of the whole bundle, in bytes.</summary>
internal sealed class FetchedBytes(string channel, IProgress<PipelineProgress> progress) : IProgress<FetchProgress>
{
    private readonly ConcurrentDictionary<Digest, FetchProgress> _blobs = new();

    public void Report(FetchProgress value)
    {
        _blobs[value.Digest] = value;
        progress.Report(new PipelineProgress(
            channel, PipelineStage.Fetch, "content and images", _blobs.Values.Sum(blob => blob.Received), _blobs.Values.Sum(blob => blob.Size)));
    }
}
