namespace EdgeSync.Signing.Roots;

/// <summary>The records that change what a site trusts.</summary>
public enum TrustEnvelopeKind
{
    /// <summary>A trust root; roots are verified before lists.</summary>
    Root,

    /// <summary>A list of revocations.</summary>
    Revocations,
}
