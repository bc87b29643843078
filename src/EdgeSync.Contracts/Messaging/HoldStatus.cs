namespace EdgeSync.Contracts.Messaging;

/// <summary>A hold: a person or device at the site wants no changes now.</summary>
/// <param name="Owner">Who set it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Since">Since when, UTC.</param>
/// <param name="Until">Until when, UTC, or null for until somebody clears it.</param>
/// <param name="Channel">The channel; null for the whole site.</param>
public sealed record HoldStatus(string Owner, string Reason, DateTimeOffset Since, DateTimeOffset? Until = null, string? Channel = null);
