using EdgeSync.Contracts.Trust;
using EdgeSync.Signing.Envelopes;

namespace EdgeSync.Signing.Roots;

/// <summary>The kind that an envelope claims to be, so that several are verified in the order in which they depend on each other. Nothing of it is trusted.</summary>
/// <param name="Kind">The claimed kind.</param>
/// <param name="Number">The root's version or the list's number.</param>
/// <param name="Bytes">The envelope.</param>
public sealed record TrustEnvelope(TrustEnvelopeKind Kind, long Number, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Reads the claim; null if the bytes are neither a root nor a list.</summary>
    public static TrustEnvelope? Peek(ReadOnlyMemory<byte> bytes)
    {
        if (!DsseEnvelope.TryParse(bytes.Span, out var envelope, out _))
        {
            return null;
        }

        return envelope.PayloadType switch
        {
            TrustRootRecord.MediaType => new TrustEnvelope(
                TrustEnvelopeKind.Root, TrustRootReader.TryRead(envelope.Payload.Span, out var root, out _) ? root.Version : 0, bytes),
            RevocationRecord.MediaType => new TrustEnvelope(
                TrustEnvelopeKind.Revocations, RevocationReader.TryRead(envelope.Payload.Span, out var list, out _) ? list.Number : 0, bytes),
            _ => null,
        };
    }
}
