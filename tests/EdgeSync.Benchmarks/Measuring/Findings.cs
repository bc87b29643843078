namespace EdgeSync.Benchmarks.Measuring;

/// <summary>What a benchmark found: its values, how they came about (paragraphs), and tables of detail.</summary>
internal sealed record Findings(params IReadOnlyList<Measurement> Measurements)
{
    public IReadOnlyList<string> Notes { get; init; } = [];

    public IReadOnlyList<DetailTable> Tables { get; init; } = [];
}
