namespace EdgeSync.Signing.Verification;

/// <summary>One item of a rule and its result.</summary>
/// <param name="Item">What is required: "rule", "signatures", "SLSA provenance".</param>
/// <param name="Passed">Whether it was found.</param>
/// <param name="Summary">What was found, in one sentence.</param>
/// <param name="Evidence">The evidence, one line each.</param>
public sealed record TrustCheck(string Item, bool Passed, string Summary, IReadOnlyList<string> Evidence);
