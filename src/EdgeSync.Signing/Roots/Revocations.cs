using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;

namespace EdgeSync.Signing.Roots;

/// <summary>A verified list of revocations. Only <see cref="RevocationVerifier"/> makes one. Immutable.</summary>
public sealed class Revocations
{
    internal Revocations(RevocationRecord record, Digest payload, ReadOnlyMemory<byte> envelope)
    {
        Record = record;
        Payload = payload;
        Envelope = envelope;
        Keys = new HashSet<Digest>(record.Keys);
        Bundles = new HashSet<Digest>(record.Bundles);
    }

    /// <summary>The record as it was signed.</summary>
    public RevocationRecord Record { get; }

    /// <summary>The digest of the signed bytes.</summary>
    public Digest Payload { get; }

    /// <summary>The envelope as received.</summary>
    public ReadOnlyMemory<byte> Envelope { get; }

    /// <summary>The revoked keys.</summary>
    public IReadOnlySet<Digest> Keys { get; }

    /// <summary>The revoked bundles.</summary>
    public IReadOnlySet<Digest> Bundles { get; }
}
