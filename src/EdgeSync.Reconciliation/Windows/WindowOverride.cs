namespace EdgeSync.Reconciliation.Windows;

/// <summary>A person lets one pass begin outside of windows and in blackouts.</summary>
/// <param name="By">Who.</param>
/// <param name="Reason">Why, for the ledger.</param>
public sealed record WindowOverride(string By, string Reason)
{
    /// <summary>The most characters of <see cref="By"/>.</summary>
    public const int MaxBy = 64;

    /// <summary>The most characters of <see cref="Reason"/>.</summary>
    public const int MaxReason = 500;

    /// <summary>What is wrong with it, or null.</summary>
    public string? FindProblem() =>
        !IsLine(By, MaxBy) ? $"the name of who overrides the windows must have 1 to {MaxBy} characters on one line"
        : !IsLine(Reason, MaxReason) ? $"the reason must have 1 to {MaxReason} characters on one line"
        : null;

    private static bool IsLine(string text, int longest) => text.Trim().Length > 0 && text.Length <= longest && !text.Any(char.IsControl);
}
