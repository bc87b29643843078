using EdgeSync.Signing.Keys;

namespace EdgeSync.Signing.Envelopes;

/// <summary>Makes envelopes, and adds signatures to envelopes of others.</summary>
public static class DsseSigner
{
    /// <summary>An envelope of this payload with one signature of each key. The keys must differ.</summary>
    public static DsseEnvelope Sign(string payloadType, ReadOnlyMemory<byte> payload, IReadOnlyList<SigningKey> keys)
    {
        ArgumentException.ThrowIfNullOrEmpty(payloadType);
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Count is 0 or > DsseEnvelope.MaxSignatures || keys.DistinctBy(key => key.PublicKey.Id).Count() != keys.Count)
        {
            throw new ArgumentException($"an envelope needs 1 to {DsseEnvelope.MaxSignatures} different keys", nameof(keys));
        }

        var message = PreAuthenticationEncoding.Of(payloadType, payload.Span);
        return new DsseEnvelope(payloadType, payload, [.. keys.Select(key => SignOne(message, key))]);
    }

    /// <summary>
    /// Returns the envelope with a signature of this key added; the same object if the key has already signed.
    /// Throws <see cref="SigningException"/> if the envelope takes no more.
    /// </summary>
    public static DsseEnvelope Add(DsseEnvelope envelope, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(key);
        var message = PreAuthenticationEncoding.Of(envelope.PayloadType, envelope.Payload.Span);
        if (envelope.Signatures.Any(s => key.PublicKey.Verify(message, s.Value.Span, SignatureScheme.Envelope)))
        {
            return envelope;
        }

        return envelope.Signatures.Count < DsseEnvelope.MaxSignatures
            ? new DsseEnvelope(envelope.PayloadType, envelope.Payload, [.. envelope.Signatures, SignOne(message, key)])
            : throw new SigningException(SigningReasons.EnvelopeFull, $"the envelope has {DsseEnvelope.MaxSignatures} signatures, and takes no more");
    }

    private static DsseSignature SignOne(byte[] message, SigningKey key) =>
        new(key.PublicKey.Id.ToString(), key.Sign(message, SignatureScheme.Envelope));
}
