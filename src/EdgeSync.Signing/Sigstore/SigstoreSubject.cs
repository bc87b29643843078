using System.Security.Cryptography;
using EdgeSync.Primitives;

namespace EdgeSync.Signing.Sigstore;

/// <summary>
/// The artifact that a bundle must be about. Its digest is enough for most bundles; the content is needed where a key signs with another hash
/// than SHA-256.
/// </summary>
public sealed class SigstoreSubject
{
    private readonly ReadOnlyMemory<byte>? _content;

    private SigstoreSubject(Digest digest, ReadOnlyMemory<byte>? content)
    {
        Digest = digest;
        _content = content;
    }

    /// <summary>SHA-256 of the artifact.</summary>
    public Digest Digest { get; }

    internal ReadOnlyMemory<byte>? Content => _content;

    /// <summary>An artifact of which only the digest is known, for example an image in a registry.</summary>
    public static SigstoreSubject OfDigest(Digest digest) => new(digest, null);

    /// <summary>An artifact with known content.</summary>
    public static SigstoreSubject OfContent(ReadOnlyMemory<byte> content) => new(Digest.Of(content.Span), content);

    /// <summary>The digest as text.</summary>
    public override string ToString() => Digest.ToString();

    /// <summary>The artifact's hash; null if it cannot be known without the content.</summary>
    internal byte[]? Hash(HashAlgorithmName name)
    {
        if (name == HashAlgorithmName.SHA256)
        {
            return Convert.FromHexString(Digest.Hex);
        }

        return _content is { } content ? CryptographicOperations.HashData(name, content.Span) : null;
    }
}
