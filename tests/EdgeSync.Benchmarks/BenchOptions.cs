namespace EdgeSync.Benchmarks;

/// <summary>How much to measure.</summary>
internal sealed record BenchOptions
{
    /// <summary>Names of benchmarks; empty: all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>An earlier binary to measure first in the same run, or null.</summary>
    public FileInfo? Before { get; init; }

    public required TimeSpan IdleTime { get; init; }

    public required int Runs { get; init; }

    public required int Releases { get; init; }

    /// <summary>The numbers of objects to apply, one after the other.</summary>
    public IReadOnlyList<int> Objects { get; init; } = [];

    /// <summary>Whether objects are applied only where no controller looks at them.</summary>
    public bool WithoutControllers { get; init; }
}
