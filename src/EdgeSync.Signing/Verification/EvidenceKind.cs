namespace EdgeSync.Signing.Verification;

/// <summary>What a piece of evidence is: a signature, an attestation, or neither is certain.</summary>
internal enum EvidenceKind
{
    /// <summary>It could be either, or it is neither.</summary>
    Unknown,

    /// <summary>A signature.</summary>
    Signature,

    /// <summary>An attestation.</summary>
    Attestation,
}
