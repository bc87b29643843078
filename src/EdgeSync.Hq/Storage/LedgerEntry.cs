using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;

namespace EdgeSync.Hq.Storage;

/// <summary>A stored ledger entry. HQ verified its signature and its link to the previous entry when it arrived.</summary>
public sealed record LedgerEntry(LedgerPosition Position, Digest Payload, DateTimeOffset ReceivedAt, Acknowledgement Entry);
