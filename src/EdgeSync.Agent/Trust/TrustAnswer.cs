namespace EdgeSync.Agent.Trust;

/// <summary>What came of an import.</summary>
/// <param name="Outcomes">One for each record.</param>
/// <param name="Trust">What the site trusts now.</param>
internal sealed record TrustAnswer(IReadOnlyList<TrustOutcome> Outcomes, TrustView Trust);
