using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Enrolments;

/// <summary>A new enrolment token with its secret, which HQ does not store.</summary>
public sealed record NewEnrolmentToken(SiteKey Site, Secret Secret, DateTimeOffset ExpiresAt);
