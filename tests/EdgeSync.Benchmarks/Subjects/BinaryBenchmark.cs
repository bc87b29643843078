using EdgeSync.Benchmarks.Measuring;

namespace EdgeSync.Benchmarks.Subjects;

/// <summary>What has to be carried to a site.</summary>
internal sealed class BinaryBenchmark : IBenchmark
{
    private const double Aim = 40;

    public string Name => "binary";

    public string Title => "size of the binary";

    public Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var bytes = new FileInfo(context.Program.Path).Length;
        var megabytes = bytes / 1_000_000.0;
        return Task.FromResult(new Findings(Measurement.AtMost("binary, SQLite linked in, symbols apart", megabytes, Aim, "MB", $"{megabytes:0.00} MB ({bytes} bytes)")));
    }
}
