namespace EdgeSync.Contracts.Messaging;

/// <summary>"No changes now", said by a person or a device at the site.</summary>
/// <param name="Owner">Who said it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Since">Since when, UTC.</param>
/// <param name="Until">Until when, UTC, or null for until somebody clears it.</param>
/// <param name="Channel">The one channel that it is for, or null for the whole site.</param>
public sealed record HoldStatus(string Owner, string Reason, DateTimeOffset Since, DateTimeOffset? Until = null, string? Channel = null);
