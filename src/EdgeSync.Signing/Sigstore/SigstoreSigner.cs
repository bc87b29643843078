using EdgeSync.Signing.Keys;

namespace EdgeSync.Signing.Sigstore;

/// <summary>Who signed a bundle: the holder of a known key, or a subject that a trusted authority names.</summary>
public abstract record SigstoreSigner
{
    private SigstoreSigner()
    {
    }

    /// <summary>The holder of a key.</summary>
    /// <param name="Key">The key.</param>
    public sealed record ByKey(VerificationKey Key) : SigstoreSigner;

    /// <summary>The subject of a certificate.</summary>
    /// <param name="Subject">The URI, e-mail address or username.</param>
    /// <param name="Issuer">The identity provider; null if the authority says none.</param>
    /// <param name="Claims">What else Fulcio says, by the last number of its object identifiers: 12 is the source repository, 14 its ref.</param>
    public sealed record ByCertificate(string Subject, string? Issuer, IReadOnlyDictionary<int, string> Claims) : SigstoreSigner;
}
