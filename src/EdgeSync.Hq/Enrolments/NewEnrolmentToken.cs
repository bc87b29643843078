using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Enrolments;

/// <summary>A token that was just made: the only moment at which its secret is known.</summary>
public sealed record NewEnrolmentToken(SiteKey Site, Secret Secret, DateTimeOffset ExpiresAt);
