using EdgeSync.Signing.Keys;

namespace EdgeSync.Signing.Envelopes;

/// <summary>
/// Counts the different trusted keys that have signed an envelope. Two signatures of one key count once, and invalid signatures do
/// not hide valid ones. The work is bounded by <see cref="DsseEnvelope.MaxSignatures"/> times the number of keys.
/// </summary>
public static class DsseVerifier
{
    /// <summary>Checks the envelope's bytes against the keys; only <paramref name="payloadType"/> itself is accepted.</summary>
    public static DsseVerdict Verify(ReadOnlySpan<byte> envelope, string payloadType, IReadOnlyList<VerificationKey> keys, int threshold)
    {
        ArgumentException.ThrowIfNullOrEmpty(payloadType);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 1);
        if (!DsseEnvelope.TryParse(envelope, out var parsed, out var problem))
        {
            return new DsseVerdict.Malformed(problem);
        }

        if (parsed.PayloadType != payloadType)
        {
            return new DsseVerdict.Malformed($"the payload type is not '{payloadType}'");
        }

        var signers = FindSigners(parsed, keys);
        return signers.Count >= threshold
            ? new DsseVerdict.Valid(parsed.Payload, signers)
            : new DsseVerdict.ThresholdNotMet(parsed.Payload, signers, threshold);
    }

    private static List<VerificationKey> FindSigners(DsseEnvelope envelope, IReadOnlyList<VerificationKey> keys)
    {
        var message = PreAuthenticationEncoding.Of(envelope.PayloadType, envelope.Payload.Span);
        return [.. keys
            .DistinctBy(key => key.Id)
            .Where(key => envelope.Signatures.Any(s => key.Verify(message, s.Value.Span, SignatureScheme.Envelope)))];
    }
}
