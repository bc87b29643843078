namespace EdgeSync.Signing.Sigstore.Bundles;

/// <summary>The versions of the bundle's format.</summary>
public enum BundleVersion
{
    /// <summary>0.1: log entries carry a signed promise of inclusion.</summary>
    V01,

    /// <summary>0.2: log entries carry a proof of inclusion with a checkpoint.</summary>
    V02,

    /// <summary>0.3: as 0.2, but with the signer's certificate only.</summary>
    V03,
}
