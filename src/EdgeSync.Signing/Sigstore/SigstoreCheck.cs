namespace EdgeSync.Signing.Sigstore;

/// <summary>One check of a bundle.</summary>
/// <param name="Kind">What it was about.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Evidence">In words: what was found.</param>
public sealed record SigstoreCheck(SigstoreCheckKind Kind, SigstoreCheckOutcome Outcome, string Evidence);
