namespace EdgeSync.Signing.Policies.Attestations;

/// <summary>How bad a vulnerability is, in the words of scanners, the least first.</summary>
public enum FindingSeverity
{
    /// <summary>Nobody has rated it yet.</summary>
    Unknown,

    /// <summary>Of no account.</summary>
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
