namespace EdgeSync.Testbed.Peers;

/// <summary>How a program is to be run: what it is given, and for how long it may take.</summary>
public sealed record ToolRequest(params string[] Arguments)
{
    /// <summary>Added to this process' own environment; a null value takes a variable away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Written to standard input, which is then closed. Default: nothing.</summary>
    public string Input { get; init; } = "";

    /// <summary>Default: this process' own.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Default: two minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);
}
