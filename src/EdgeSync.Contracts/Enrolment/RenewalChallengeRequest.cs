namespace EdgeSync.Contracts.Enrolment;

/// <summary>What a site posts to <c>/api/v1/renewals/challenges</c> before it renews its certificate.</summary>
/// <param name="Fleet">The fleet.</param>
/// <param name="Site">The site.</param>
public sealed record RenewalChallengeRequest(string Fleet, string Site);
