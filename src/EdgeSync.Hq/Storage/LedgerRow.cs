using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;

namespace EdgeSync.Hq.Storage;

/// <summary>A stored ledger entry as the database has it. Its content comes from the signed envelope.</summary>
internal sealed record LedgerRow(long SiteId, long Ledger, long Number, Digest Payload, DateTimeOffset ReceivedAt, byte[] Envelope)
{
    public LedgerEntry ToEntry()
    {
        if (!DsseEnvelope.TryParse(Envelope, out var envelope, out var problem))
        {
            throw new InvalidOperationException($"a stored envelope cannot be read: {problem}");
        }

        var entry = JsonSerializer.Deserialize(envelope.Payload.Span, ContractsJsonContext.Default.Acknowledgement)!;
        return new LedgerEntry(new LedgerPosition((int)Ledger, Number), Payload, ReceivedAt, entry);
    }
}
