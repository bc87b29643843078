namespace EdgeSync.Signing.Sigstore;

/// <summary>What was checked.</summary>
public enum SigstoreCheckKind
{
    /// <summary>Whether the bundle is signed in the required way: under a certificate, or with a key.</summary>
    Signer,

    /// <summary>Whether the signature of the artifact or the envelope is valid.</summary>
    Signature,

    /// <summary>Whether the expected artifact is signed.</summary>
    Subject,

    /// <summary>Whether the certificate may sign code, and its chain ends at a trusted authority at every proven time.</summary>
    Certificate,

    /// <summary>Whether the certificate has the expected identity of the expected provider.</summary>
    Identity,

    /// <summary>Whether certificate transparency logs know the certificate.</summary>
    CertificateTransparency,

    /// <summary>Whether transparency logs contain exactly this signature.</summary>
    TransparencyLog,

    /// <summary>Whether timestamp authorities saw the signature.</summary>
    Timestamp,

    /// <summary>Whether there is proof of a time at which the signature existed.</summary>
    Time,
}
