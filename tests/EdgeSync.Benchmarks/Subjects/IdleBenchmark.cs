using EdgeSync.Benchmarks.Measuring;

namespace EdgeSync.Benchmarks.Subjects;

/// <summary>What the daemon takes of the machine while nothing happens.</summary>
internal sealed class IdleBenchmark : IBenchmark
{
    private const double Mebibyte = 1024 * 1024;
    private const double Aim = 45;

    public string Name => "idle";

    public string Title => "memory and CPU of an idle site";

    public async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var idle = await context.GetIdleAsync(cancellationToken);
        return new Findings(
            Measurement.AtMost("idle memory, resident (RSS)", idle.Memory.Resident / Mebibyte, Aim, "MiB", $"{idle.Memory.Resident / Mebibyte:0.0} MiB"),
            new Measurement("idle memory, proportional (PSS)", $"{idle.Memory.Proportional / Mebibyte:0.0} MiB"),
            new Measurement("idle memory, private", $"{idle.Memory.Private / Mebibyte:0.0} MiB"),
            new Measurement("idle CPU", $"{idle.Cpu.TotalSeconds / idle.Length.TotalMinutes:0.000} s a minute"))
        {
            Notes =
            [
                "The daemon with one delivered channel, the cluster watched and the broker connected, in the default configuration. Memory is from `/proc/PID/smaps_rollup` at the end of the idle time; CPU is user and kernel time of all threads, counted by the kernel in steps of 10 ms. RSS counts the pages of the binary's file that are in memory too; private pages are what its end would free.",
            ],
        };
    }
}
