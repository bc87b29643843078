namespace EdgeSync.Benchmarks.Measuring;

/// <summary>Repeated measurements of one thing, in one unit.</summary>
internal sealed class Samples(IEnumerable<double> values)
{
    private readonly double[] _sorted = [.. values.Order()];

    public int Count => _sorted.Length;

    public double Min => _sorted[0];

    public double Max => _sorted[^1];

    public double Median => _sorted.Length % 2 == 1
        ? _sorted[_sorted.Length / 2]
        : (_sorted[(_sorted.Length / 2) - 1] + _sorted[_sorted.Length / 2]) / 2;

    public string Describe(string unit, string format = "0.0") =>
        $"{Median.ToString(format)} {unit} (min {Min.ToString(format)}, max {Max.ToString(format)}, n = {Count})";
}
