namespace EdgeSync.Benchmarks.Measuring;

/// <summary>One value, its aim if it has one, and whether that holds.</summary>
internal sealed record Measurement(string What, string Value, string? Aim = null, bool? Holds = null)
{
    /// <summary>A value that is to be at most so large, both in this unit.</summary>
    public static Measurement AtMost(string what, double value, double aim, string unit, string? words = null) =>
        new(what, words ?? $"{value:0.##} {unit}", $"≤ {aim:0.##} {unit}", value <= aim);

    public string Verdict => Holds switch
    {
        true => "holds",
        false => "missed",
        null => "",
    };
}
