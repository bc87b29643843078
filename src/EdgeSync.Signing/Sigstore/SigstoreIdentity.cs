namespace EdgeSync.Signing.Sigstore;

/// <summary>Whom a certificate must name.</summary>
/// <param name="Subject">The certificate's one URI, e-mail address or username.</param>
/// <param name="Issuer">
/// The identity provider, as the certificate says it. Null asks for none: right for an authority of one's own that writes none, and wrong for Fulcio,
/// where every provider vouches for its own names only.
/// </param>
public sealed record SigstoreIdentity(IdentityPattern Subject, IdentityPattern? Issuer);
