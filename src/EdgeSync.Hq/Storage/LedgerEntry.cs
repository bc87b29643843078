using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;

namespace EdgeSync.Hq.Storage;

/// <summary>A stored ledger entry: verified when it came, and chained to the one before.</summary>
public sealed record LedgerEntry(LedgerPosition Position, Digest Payload, DateTimeOffset ReceivedAt, Acknowledgement Entry);
