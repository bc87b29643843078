namespace EdgeSync.Hq.Authentication;

/// <summary>A user without the password.</summary>
public sealed record UserRow(string Name, Role Role, DateTimeOffset CreatedAt, string CreatedBy);
