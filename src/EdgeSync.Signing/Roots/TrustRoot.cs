using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Signing.Policies;

namespace EdgeSync.Signing.Roots;

/// <summary>A trust root with consistent content. It is not trusted by itself; <see cref="TrustChain"/> verifies who signed it. Immutable.</summary>
public sealed class TrustRoot
{
    internal TrustRoot(TrustRootRecord record, Digest payload, KeyRing roots, KeyRing releases, KeyRing bundles)
    {
        Record = record;
        Payload = payload;
        Roots = roots;
        Releases = releases;
        Bundles = bundles;
        RevokedKeys = new HashSet<Digest>(record.RevokedKeys ?? []);
    }

    /// <summary>The record as it was signed.</summary>
    public TrustRootRecord Record { get; }

    /// <summary>The digest of the signed bytes: two roots are equal if and only if their digests are.</summary>
    public Digest Payload { get; }

    /// <summary>The version.</summary>
    public long Version => Record.Version;

    /// <summary>Who signs the next root.</summary>
    public KeyRing Roots { get; }

    /// <summary>Who signs release records.</summary>
    public KeyRing Releases { get; }

    /// <summary>Who signs bundles.</summary>
    public KeyRing Bundles { get; }

    /// <summary>The keys that this version revokes.</summary>
    public IReadOnlySet<Digest> RevokedKeys { get; }
}
