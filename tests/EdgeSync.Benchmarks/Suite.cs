using EdgeSync.Benchmarks.Measuring;
using EdgeSync.Benchmarks.Subjects;

namespace EdgeSync.Benchmarks;

/// <summary>All benchmarks, in the order in which they run: the site idles before it works hard.</summary>
internal static class Suite
{
    public static IReadOnlyList<IBenchmark> All { get; } =
    [
        new BinaryBenchmark(), new StartBenchmark(), new IdleBenchmark(), new RequestsBenchmark(), new WireBenchmark(), new ReleaseBenchmark(), new PeakBenchmark(),
        new TrustBenchmark(), new ApplyBenchmark(),
    ];

    public static IEnumerable<IBenchmark> Choose(IReadOnlyList<string> names) => All.Where(b => names.Count == 0 || names.Contains(b.Name));
}
