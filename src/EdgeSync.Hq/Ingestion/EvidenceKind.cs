namespace EdgeSync.Hq.Ingestion;

/// <summary>Why HQ refused a message.</summary>
public enum EvidenceKind
{
    /// <summary>The acknowledgement is not signed by the key that the site registered.</summary>
    WrongKey,

    /// <summary>The acknowledgement is signed by the site's key but names another site.</summary>
    WrongSite,

    /// <summary>The entry is signed but does not follow the stored entry: the ledger was rewritten, restored or reordered.</summary>
    ChainBroken,

    /// <summary>The site signed two entries with the same number and different content.</summary>
    Equivocation,

    /// <summary>The message is not what its topic requires.</summary>
    Malformed,

    /// <summary>The site is not enrolled.</summary>
    UnknownSite,
}
