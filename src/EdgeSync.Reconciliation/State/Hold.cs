namespace EdgeSync.Reconciliation.State;

/// <summary>"No changes now", set by a person or a device at the site.</summary>
/// <param name="Owner">Who set it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Since">Since when, UTC.</param>
/// <param name="Expires">Until when, UTC; null until somebody clears it.</param>
/// <param name="Channel">The one channel that it is for, or null for the whole site.</param>
public sealed record Hold(string Owner, string Reason, DateTimeOffset Since, DateTimeOffset? Expires, string? Channel = null);
