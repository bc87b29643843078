namespace EdgeSync.Signing.Sigstore;

/// <summary>The result of a check.</summary>
public enum SigstoreCheckOutcome
{
    /// <summary>The check passed.</summary>
    Passed,

    /// <summary>The check failed, and the bundle is not trusted.</summary>
    Failed,

    /// <summary>It was not needed or cannot be verified, and is ignored.</summary>
    NotCounted,
}
