namespace EdgeSync.Signing.Verification;

/// <summary>One item of a rule, and how it ended.</summary>
/// <param name="Item">What is asked for: "rule", "signatures", "SLSA provenance".</param>
/// <param name="Passed">Whether it was found.</param>
/// <param name="Summary">What was found, in one sentence.</param>
/// <param name="Evidence">What was looked at for it, one line each.</param>
public sealed record TrustCheck(string Item, bool Passed, string Summary, IReadOnlyList<string> Evidence);
