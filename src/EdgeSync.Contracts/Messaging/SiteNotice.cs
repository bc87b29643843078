namespace EdgeSync.Contracts.Messaging;

/// <summary>Something that a person should know of the site itself, apart from its channels.</summary>
/// <param name="Reason">The reason code.</param>
/// <param name="Message">One sentence for people.</param>
/// <param name="Hint">What an operator can do, or null.</param>
public sealed record SiteNotice(string Reason, string Message, string? Hint = null);
