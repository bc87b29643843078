namespace EdgeSync.Contracts.Enrolment;

/// <summary>What HQ answers to a <see cref="RenewalChallengeRequest"/>.</summary>
/// <param name="Challenge">To be signed within five minutes, once.</param>
public sealed record RenewalChallenge(string Challenge);
