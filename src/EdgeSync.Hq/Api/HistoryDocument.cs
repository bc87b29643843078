using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Hq.Storage;
using EdgeSync.Primitives;

namespace EdgeSync.Hq.Api;

/// <summary>A part of a site's acknowledgements, the newest first.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="Before">What to ask for next (<c>?before=</c>); null at the end.</param>
internal sealed record HistoryDocument(IReadOnlyList<HistoryEntryDocument> Entries, string? Before);

/// <summary>One stored entry.</summary>
internal sealed record HistoryEntryDocument(int Ledger, long Number, Digest Payload, DateTimeOffset ReceivedAt, Acknowledgement Acknowledgement)
{
    public static HistoryEntryDocument From(LedgerEntry entry) =>
        new(entry.Position.Ledger, entry.Position.Number, entry.Payload, entry.ReceivedAt, entry.Entry);
}
