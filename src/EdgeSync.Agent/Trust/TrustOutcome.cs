namespace EdgeSync.Agent.Trust;

/// <summary>What came of one root or list that was brought.</summary>
/// <param name="What">The record, in words: "trust root 3".</param>
/// <param name="Result">What was done with it.</param>
/// <param name="Reason">The reason code where it was refused, or null.</param>
/// <param name="Message">Why it was refused, or null.</param>
/// <param name="Hint">What an operator can do, or null.</param>
internal sealed record TrustOutcome(string What, TrustResult Result, string? Reason = null, string? Message = null, string? Hint = null);
