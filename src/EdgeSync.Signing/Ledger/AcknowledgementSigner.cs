using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Signing.Ledger;

/// <summary>Adds acknowledgements to a site's ledger: numbered, chained and signed.</summary>
public static class AcknowledgementSigner
{
    /// <summary>
    /// Signs what happened as the entry after <paramref name="head"/> (null for the first). Number and previous digest of
    /// <paramref name="happened"/> are replaced. The caller stores the envelope and the new head in one step.
    /// </summary>
    public static SignedAcknowledgement Sign(Acknowledgement happened, LedgerHead? head, SigningKey key)
    {
        var chained = Chain(happened, head);
        return new SignedAcknowledgement(chained.Entry, Seal(chained.Payload, key), chained.Head);
    }

    /// <summary>
    /// The entry after <paramref name="head"/>, which is all that the next one needs to know of it: the chain is over the payloads, so that an entry
    /// can be signed later (<see cref="Seal"/>) than those behind it were made.
    /// </summary>
    public static ChainedAcknowledgement Chain(Acknowledgement happened, LedgerHead? head)
    {
        ArgumentNullException.ThrowIfNull(happened);
        var entry = happened with { Number = (head?.Number ?? 0) + 1, Previous = head?.Payload };
        var payload = JsonSerializer.SerializeToUtf8Bytes(entry, ContractsJsonContext.Default.Acknowledgement);
        return new ChainedAcknowledgement(entry, payload, new LedgerHead(entry.Number, Digest.Of(payload)));
    }

    /// <summary>The envelope of a payload that <see cref="Chain"/> made. Throws <see cref="SigningException"/> if the key cannot sign now.</summary>
    public static ReadOnlyMemory<byte> Seal(ReadOnlyMemory<byte> payload, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return DsseSigner.Sign(Acknowledgement.MediaType, payload, [key]).ToBytes();
    }
}
