using System.Collections.Concurrent;
using EdgeSync.Oci.Download;

namespace EdgeSync.Oci.Tests;

/// <summary>Keeps what is reported, in order, without a thread of its own.</summary>
internal sealed class RecordedProgress : IProgress<FetchProgress>
{
    private readonly ConcurrentQueue<FetchProgress> _reports = new();

    public IReadOnlyList<FetchProgress> Reports => [.. _reports];

    public void Report(FetchProgress value) => _reports.Enqueue(value);

    public int Count(FetchState state) => _reports.Count(report => report.State == state);
}
