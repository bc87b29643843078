namespace EdgeSync.Benchmarks.Measuring;

/// <summary>A benchmark that has run, and the machine's load average when it began.</summary>
internal sealed record BenchmarkResult(string Name, string Title, string Load, Findings Findings);
