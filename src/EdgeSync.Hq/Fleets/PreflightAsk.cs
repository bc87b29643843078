namespace EdgeSync.Hq.Fleets;

/// <summary>The last time that somebody at HQ asked a site for a preflight.</summary>
/// <param name="Request">What the answer of the site repeats.</param>
/// <param name="At">When it was asked, by HQ's clock.</param>
/// <param name="By">The operator or program that asked.</param>
/// <param name="ExpiresAt">After this the site makes no preflight for it.</param>
/// <param name="Terms">What was asked for.</param>
public sealed record PreflightAsk(string Request, DateTimeOffset At, string By, DateTimeOffset ExpiresAt, PreflightTerms Terms);
