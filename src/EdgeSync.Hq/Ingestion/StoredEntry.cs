using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;

namespace EdgeSync.Hq.Ingestion;

/// <summary>A ledger entry that was verified and is to be stored.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Ledger">Which of its ledgers.</param>
/// <param name="Entry">What it says.</param>
/// <param name="Payload">The digest of its payload.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="Envelope">The signed envelope as it came.</param>
internal sealed record StoredEntry(
    long SiteId, int Ledger, Acknowledgement Entry, Digest Payload, DateTimeOffset ReceivedAt, ReadOnlyMemory<byte> Envelope);
