namespace EdgeSync.Hq.Ingestion;

/// <summary>The topics that HQ listens to.</summary>
internal enum MessageKind
{
    /// <summary>Connected or not.</summary>
    Presence,

    /// <summary>The whole current status.</summary>
    Status,

    /// <summary>A ledger entry.</summary>
    Acknowledgement,
}
