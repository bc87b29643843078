using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Hq.Storage;
using EdgeSync.Primitives;

namespace EdgeSync.Hq.Api;

/// <summary>Some acknowledgements of a site, the newest first.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="Before">The value of <c>?before=</c> for the next request, or null at the end.</param>
internal sealed record HistoryDocument(IReadOnlyList<HistoryEntryDocument> Entries, string? Before);

/// <summary>One stored ledger entry.</summary>
internal sealed record HistoryEntryDocument(int Ledger, long Number, Digest Payload, DateTimeOffset ReceivedAt, Acknowledgement Acknowledgement)
{
    public static HistoryEntryDocument From(LedgerEntry entry) =>
        new(entry.Position.Ledger, entry.Position.Number, entry.Payload, entry.ReceivedAt, entry.Entry);
}
