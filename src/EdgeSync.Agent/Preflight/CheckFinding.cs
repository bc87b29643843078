using EdgeSync.Contracts.Checks;

namespace EdgeSync.Agent.Preflight;

/// <summary>What a check found.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Found">One sentence.</param>
/// <param name="Do">What a person can do, or null.</param>
internal sealed record CheckFinding(CheckOutcome Outcome, string Found, string? Do = null)
{
    /// <summary>What was found one by one, or empty.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    public static CheckFinding Passed(string found) => new(CheckOutcome.Passed, found);

    public static CheckFinding Warned(string found, string? what = null) => new(CheckOutcome.Warned, found, what);

    public static CheckFinding Failed(string found, string? what = null) => new(CheckOutcome.Failed, found, what);

    /// <summary>The worst of several as one; <paramref name="passed"/> where all passed. The sentences of all that are as bad are joined.</summary>
    public static CheckFinding Worst(IReadOnlyList<CheckFinding> findings, string passed)
    {
        var worst = findings.Select(finding => finding.Outcome).DefaultIfEmpty(CheckOutcome.Passed).Max();
        if (worst == CheckOutcome.Passed)
        {
            return Passed(passed) with { Details = [.. findings.SelectMany(finding => finding.Details)] };
        }

        var bad = findings.Where(finding => finding.Outcome == worst).ToList();
        return new CheckFinding(
            worst,
            string.Join("; ", bad.Select(finding => finding.Found)),
            string.Join(" ", bad.Select(finding => finding.Do).OfType<string>().Distinct()) is { Length: > 0 } what ? what : null)
        {
            Details = [.. findings.SelectMany(finding => finding.Details)],
        };
    }
}
