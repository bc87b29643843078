namespace EdgeSync.Signing.Sigstore;

/// <summary>What a check was about.</summary>
public enum SigstoreCheckKind
{
    /// <summary>Whether the bundle is signed in the way that was asked for: under a certificate, or with a key.</summary>
    Signer,

    /// <summary>Whether the signature holds over the artifact or the envelope.</summary>
    Signature,

    /// <summary>Whether what is signed is the wanted artifact.</summary>
    Subject,

    /// <summary>Whether the certificate may sign code, and its chain ends at a trusted authority at every proven time.</summary>
    Certificate,

    /// <summary>Whether the certificate names the wanted identity, as the wanted provider knew it.</summary>
    Identity,

    /// <summary>Whether certificate transparency logs know the certificate.</summary>
    CertificateTransparency,

    /// <summary>Whether transparency logs hold this very signature.</summary>
    TransparencyLog,

    /// <summary>Whether timestamp authorities saw the signature.</summary>
    Timestamp,

    /// <summary>Whether it is proven when the signature was there.</summary>
    Time,
}
