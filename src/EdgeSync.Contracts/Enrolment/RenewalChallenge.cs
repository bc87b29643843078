namespace EdgeSync.Contracts.Enrolment;

/// <summary>What HQ answers to a <see cref="RenewalChallengeRequest"/>.</summary>
/// <param name="Challenge">The site must sign it once, within five minutes.</param>
public sealed record RenewalChallenge(string Challenge);
