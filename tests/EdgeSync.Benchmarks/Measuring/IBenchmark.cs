namespace EdgeSync.Benchmarks.Measuring;

/// <summary>One thing that is measured.</summary>
internal interface IBenchmark
{
    /// <summary>What <c>--only</c> takes.</summary>
    string Name { get; }

    string Title { get; }

    Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken);
}
