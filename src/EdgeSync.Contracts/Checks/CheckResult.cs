namespace EdgeSync.Contracts.Checks;

/// <summary>What one check of a site found.</summary>
/// <param name="Check">The check's name, in lower case with hyphens; it never changes, scripts read it.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Found">One sentence: what was found.</param>
/// <param name="Why">One sentence: why it matters.</param>
/// <param name="Do">What a person can do, or null where there is nothing to do.</param>
public sealed record CheckResult(string Check, CheckOutcome Outcome, string Found, string Why, string? Do = null)
{
    /// <summary>What was found one by one (certificates with their dates, objects, pods), line by line; or null.</summary>
    public IReadOnlyList<string>? Details { get; init; }
}
