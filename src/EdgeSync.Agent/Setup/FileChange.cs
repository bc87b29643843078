namespace EdgeSync.Agent.Setup;

/// <summary>One file that setup writes, or takes away.</summary>
/// <param name="Path">The file itself, links followed.</param>
/// <param name="Before">Its text now; null when there is none.</param>
/// <param name="After">Its new text.</param>
/// <param name="Mode">Its mode; an existing file keeps its own.</param>
/// <param name="Consequence">What the operator has to do for it to take effect; null for nothing.</param>
internal sealed record FileChange(string Path, string? Before, string After, UnixFileMode Mode, string? Consequence)
{
    public bool IsNeeded => Before != After;

    /// <summary>Whether nothing is left of it, so that it goes.</summary>
    public bool IsLeftEmpty => IsNeeded && string.IsNullOrWhiteSpace(After);
}
