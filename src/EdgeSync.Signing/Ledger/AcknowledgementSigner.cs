using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Signing.Ledger;

/// <summary>Puts acknowledgements into a site's ledger: numbered, chained and signed.</summary>
public static class AcknowledgementSigner
{
    /// <summary>
    /// Signs what happened as the entry after <paramref name="head"/> (null for the first). Number and previous digest of
    /// <paramref name="happened"/> are replaced. The caller stores the envelope and the new head in one step.
    /// </summary>
    public static SignedAcknowledgement Sign(Acknowledgement happened, LedgerHead? head, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(happened);
        ArgumentNullException.ThrowIfNull(key);
        var entry = happened with { Number = (head?.Number ?? 0) + 1, Previous = head?.Payload };
        var payload = JsonSerializer.SerializeToUtf8Bytes(entry, ContractsJsonContext.Default.Acknowledgement);
        var envelope = DsseSigner.Sign(Acknowledgement.MediaType, payload, [key]);
        return new SignedAcknowledgement(entry, envelope.ToBytes(), new LedgerHead(entry.Number, Digest.Of(payload)));
    }
}
