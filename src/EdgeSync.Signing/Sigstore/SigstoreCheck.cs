namespace EdgeSync.Signing.Sigstore;

/// <summary>One check of a bundle.</summary>
/// <param name="Kind">What was checked.</param>
/// <param name="Outcome">The result.</param>
/// <param name="Evidence">What was found.</param>
public sealed record SigstoreCheck(SigstoreCheckKind Kind, SigstoreCheckOutcome Outcome, string Evidence);
