using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;

namespace EdgeSync.Signing.Roots;

/// <summary>Which keys of a ring have signed an envelope: those that count, and those that would count if they were not revoked.</summary>
internal sealed record SignerCount(IReadOnlyList<VerificationKey> Valid, IReadOnlyList<VerificationKey> Revoked, int Threshold)
{
    public bool IsMet => Valid.Count >= Threshold;

    public bool IsMetByRevoked => !IsMet && Valid.Count + Revoked.Count >= Threshold;

    public static SignerCount Of(DsseEnvelope envelope, KeyRing ring, IReadOnlySet<Digest> revoked)
    {
        var message = PreAuthenticationEncoding.Of(envelope.PayloadType, envelope.Payload.Span);
        List<VerificationKey> signers =
            [.. ring.Keys.Where(key => envelope.Signatures.Any(s => key.Verify(message, s.Value.Span, SignatureScheme.Envelope)))];
        return new SignerCount(
            [.. signers.Where(key => !revoked.Contains(key.Id))], [.. signers.Where(key => revoked.Contains(key.Id))], ring.Threshold);
    }

    public override string ToString() => Valid.Count == 0 ? "nobody that counts" : string.Join(", ", Valid);
}
