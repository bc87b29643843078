using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;

namespace EdgeSync.Hq.Ingestion;

/// <summary>A verified ledger entry that is about to be stored.</summary>
/// <param name="SiteId">The row of the site.</param>
/// <param name="Ledger">The number of the ledger of the site.</param>
/// <param name="Entry">The content.</param>
/// <param name="Payload">The digest of the payload.</param>
/// <param name="ReceivedAt">When it arrived.</param>
/// <param name="Envelope">The signed envelope, unchanged.</param>
internal sealed record StoredEntry(
    long SiteId, int Ledger, Acknowledgement Entry, Digest Payload, DateTimeOffset ReceivedAt, ReadOnlyMemory<byte> Envelope);
