using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Enrolments;

/// <summary>An enrolment token without its secret.</summary>
public sealed record EnrolmentTokenRow(
    long Id, string Fleet, string Site, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset ExpiresAt, DateTimeOffset? UsedAt, DateTimeOffset? RevokedAt)
{
    public SiteKey Key => new(Fleet, Site);

    public bool IsUsable(DateTimeOffset now) => UsedAt is null && RevokedAt is null && ExpiresAt > now;

    public string Describe(DateTimeOffset now) => this switch
    {
        { UsedAt: not null } => "Used",
        { RevokedAt: not null } => "Revoked",
        _ => ExpiresAt <= now ? "Expired" : "Waiting",
    };
}
