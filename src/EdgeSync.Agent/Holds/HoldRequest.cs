namespace EdgeSync.Agent.Holds;

/// <summary>A request to set a hold.</summary>
/// <param name="Owner">Who asks.</param>
/// <param name="Reason">Why.</param>
/// <param name="Channel">The one channel, or null for the whole site.</param>
/// <param name="Until">Until when, or null.</param>
/// <param name="ForSeconds">For how long by the site's clock, which may be more accurate than the machine's; or null.</param>
internal sealed record HoldRequest(string Owner, string Reason, string? Channel = null, DateTimeOffset? Until = null, long? ForSeconds = null);
