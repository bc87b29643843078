namespace EdgeSync.Hq.Authentication;

/// <summary>A token for a program, without its secret.</summary>
public sealed record OperatorTokenRow(
    long Id, string Name, Role Role, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt)
{
    public bool IsUsable(DateTimeOffset now) => RevokedAt is null && ExpiresAt > now;
}
