namespace EdgeSync.Hq.Ingestion;

/// <summary>What is wrong with a message that was not taken as truth.</summary>
public enum EvidenceKind
{
    /// <summary>An acknowledgement that the site's registered key did not sign.</summary>
    WrongKey,

    /// <summary>Signed by the site's key, but it speaks for another site.</summary>
    WrongSite,

    /// <summary>Signed, but it does not follow the entry that is stored: rewritten, restored or reordered.</summary>
    ChainBroken,

    /// <summary>Signed twice under one number with different content.</summary>
    Equivocation,

    /// <summary>Not readable as what its topic says.</summary>
    Malformed,

    /// <summary>It comes from a site that is not enrolled.</summary>
    UnknownSite,
}
