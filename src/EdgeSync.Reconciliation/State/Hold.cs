namespace EdgeSync.Reconciliation.State;

/// <summary>"No changes now", said by a person or a device at the site.</summary>
/// <param name="Owner">Who said it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Since">Since when, UTC.</param>
/// <param name="Expires">Until when, UTC, or null for until it is released.</param>
public sealed record Hold(string Owner, string Reason, DateTimeOffset Since, DateTimeOffset? Expires);
