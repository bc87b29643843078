namespace EdgeSync.Signing.Verification;

/// <summary>What was looked at: it may stand for a signature, for an attestation, or nobody can say.</summary>
internal enum EvidenceKind
{
    /// <summary>It could be either, or is neither.</summary>
    Unknown,

    /// <summary>A signature.</summary>
    Signature,

    /// <summary>An attestation.</summary>
    Attestation,
}
