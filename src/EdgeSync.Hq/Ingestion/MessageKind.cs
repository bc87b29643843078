namespace EdgeSync.Hq.Ingestion;

/// <summary>The kind of a message, one for each topic to which HQ subscribes.</summary>
internal enum MessageKind
{
    /// <summary>Whether the site is connected.</summary>
    Presence,

    /// <summary>The complete status of the site.</summary>
    Status,

    /// <summary>A ledger entry.</summary>
    Acknowledgement,

    /// <summary>Where the site's cluster is not what should run, signed by the ledger's key.</summary>
    Diff,
}
