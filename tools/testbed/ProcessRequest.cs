namespace EdgeSync.Testbed;

/// <summary>A program to start: its name in the run (also of its log file), the file, and what it is given.</summary>
public sealed record ProcessRequest(string Name, string Program, params string[] Arguments)
{
    /// <summary>Added to this process' own environment; a null value takes a variable away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Default: the run's folder.</summary>
    public string? WorkingDirectory { get; init; }
}
