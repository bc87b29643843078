namespace EdgeSync.Signing.Sigstore;

/// <summary>The identity that a certificate must have.</summary>
/// <param name="Subject">The certificate's one URI, e-mail address or username.</param>
/// <param name="Issuer">
/// The identity provider, as the certificate says it. Null requires none: right for a private authority that writes none, and wrong for Fulcio,
/// where every provider vouches for its own names only.
/// </param>
public sealed record SigstoreIdentity(IdentityPattern Subject, IdentityPattern? Issuer);
