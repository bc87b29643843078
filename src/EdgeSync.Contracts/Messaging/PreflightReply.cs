namespace EdgeSync.Contracts.Messaging;

/// <summary>What a site answered when HQ asked for a preflight: it makes it, or it refuses and says why.</summary>
/// <param name="Request">The <see cref="SiteCommand.Request"/> that it answers.</param>
/// <param name="At">When the site answered, UTC.</param>
/// <param name="Reason">The reason code of a refusal; null where the site makes the preflight.</param>
/// <param name="Message">One sentence for people about a refusal, or null.</param>
/// <param name="Hint">What a person can do about a refusal, or null.</param>
public sealed record PreflightReply(string Request, DateTimeOffset At, string? Reason = null, string? Message = null, string? Hint = null);
