namespace EdgeSync.Signing.Sigstore;

/// <summary>How a check ended.</summary>
public enum SigstoreCheckOutcome
{
    /// <summary>It holds.</summary>
    Passed,

    /// <summary>It does not hold, and the bundle is not trusted.</summary>
    Failed,

    /// <summary>It was not needed or cannot be judged, and counts for nothing.</summary>
    NotCounted,
}
