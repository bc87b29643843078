using System.Security.Cryptography;
using EdgeSync.Primitives;

namespace EdgeSync.Signing.Keys;

/// <summary>
/// A public key that a site trusts: ECDSA P-256 or P-384, Ed25519, or RSA of at least 2048 bits. Its algorithm is fixed; a message cannot choose it.
/// Immutable, and safe for use by several threads at once.
/// </summary>
public sealed class VerificationKey : IEquatable<VerificationKey>
{
    private const string PemLabel = "PUBLIC KEY";
    private readonly byte[] _der;

    private VerificationKey(string name, KeyAlgorithm algorithm, byte[] der)
    {
        Name = name;
        Algorithm = algorithm;
        _der = der;
        Id = Digest.Of(der);
    }

    /// <summary>Its name for display, for example its file's name; never part of a decision.</summary>
    public string Name { get; }

    /// <summary>What it verifies with.</summary>
    public KeyAlgorithm Algorithm { get; }

    /// <summary>SHA-256 of the canonical SubjectPublicKeyInfo: the identity by which different keys are counted.</summary>
    public Digest Id { get; }

    internal ReadOnlyMemory<byte> SubjectPublicKeyInfo => _der;

    /// <summary>
    /// Reads one PEM block <c>PUBLIC KEY</c>. Throws <see cref="SigningException"/> with the reason for anything else: a private key, a
    /// certificate, a weak RSA key, another curve.
    /// </summary>
    public static VerificationKey FromPem(string pem, string name)
    {
        ArgumentNullException.ThrowIfNull(pem);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var label = PemText.ReadLabel(pem, name);
        if (label != PemLabel)
        {
            throw new SigningException(SigningReasons.KeyUnusable, $"the key '{name}' cannot be used: it holds a {label}, not a {PemLabel}")
            {
                Subject = name,
                Hint = label.EndsWith("PRIVATE KEY", StringComparison.Ordinal)
                    ? "Give the .pub file; a private key does not belong here."
                    : "Give the public key in PEM, as 'edgesync key new' and 'cosign generate-key-pair' write it.",
            };
        }

        return FromSubjectPublicKeyInfo(PemText.ReadContent(pem), name);
    }

    /// <summary>As <see cref="FromPem"/>, from DER (SubjectPublicKeyInfo).</summary>
    public static VerificationKey FromSubjectPublicKeyInfo(ReadOnlySpan<byte> der, string name)
    {
        var (algorithm, canonical) = SubjectPublicKey.Read(der, name);
        return new VerificationKey(name, algorithm, canonical);
    }

    /// <summary>
    /// Whether this key made this signature of this message. ECDSA signatures are ASN.1 DER. Anything that is not a signature is false.
    /// </summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, SignatureScheme scheme)
    {
        if (Algorithm == KeyAlgorithm.Ed25519)
        {
            return Ed25519.TryReadKey(_der, out var point) && Ed25519.Verify(point, message, signature);
        }

        var hash = SchemeHash.For(Algorithm, scheme);
        try
        {
            return Algorithm == KeyAlgorithm.Rsa ? VerifyRsa(message, signature, hash) : VerifyEcdsa(message, signature, hash);
        }
        catch (CryptographicException)
        {
            // Bytes that are not a signature (wrong DER, wrong length) count as a wrong signature.
            return false;
        }
    }

    /// <summary>The key in PEM, one block <c>PUBLIC KEY</c> with a line end.</summary>
    public string ToPem() => PemEncoding.WriteString(PemLabel, _der) + "\n";

    /// <inheritdoc/>
    public bool Equals(VerificationKey? other) => other is not null && other.Id == Id;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VerificationKey);

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode();

    /// <summary>Name and short identifier, for display.</summary>
    public override string ToString() => $"{Name} ({Id.ToShortString()})";

    // A native key handle is not safe for several threads, so each check creates its own; that costs a tenth of the check.
    private bool VerifyEcdsa(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, HashAlgorithmName hash)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_der, out _);
        return key.VerifyData(message, signature, hash, DSASignatureFormat.Rfc3279DerSequence);
    }

    private bool VerifyRsa(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, HashAlgorithmName hash)
    {
        using var key = RSA.Create();
        key.ImportSubjectPublicKeyInfo(_der, out _);
        return key.VerifyData(message, signature, hash, RSASignaturePadding.Pkcs1);
    }
}
