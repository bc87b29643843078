namespace EdgeSync.Signing.Notation.Stores;

/// <summary>What a trust store's authorities are trusted for.</summary>
public enum NotationStoreKind
{
    /// <summary><c>ca</c>: they say who a signer is.</summary>
    CertificateAuthority,

    /// <summary><c>signingAuthority</c>: they sign for others, and say when.</summary>
    SigningAuthority,

    /// <summary><c>tsa</c>: they say when a signature existed.</summary>
    TimestampAuthority,
}
