namespace EdgeSync.Signing.Policies.Attestations;

/// <summary>How severe a vulnerability is, in the terms of scanners, in ascending order.</summary>
public enum FindingSeverity
{
    /// <summary>Not rated yet.</summary>
    Unknown,

    /// <summary>Negligible.</summary>
    Negligible,

    /// <summary>Low.</summary>
    Low,

    /// <summary>Medium.</summary>
    Medium,

    /// <summary>High.</summary>
    High,

    /// <summary>Critical.</summary>
    Critical,
}
