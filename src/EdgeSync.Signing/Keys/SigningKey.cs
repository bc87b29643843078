using System.Security.Cryptography;

namespace EdgeSync.Signing.Keys;

/// <summary>
/// A private key: of a release signer, of a bundle's builder, or of a site's ledger. New ones are ECDSA P-256; P-384 and RSA are loaded too.
/// The owner disposes it. Not safe for use by several threads at once.
/// </summary>
public sealed class SigningKey : IDisposable
{
    private const int PasswordIterations = 600_000;
    private readonly AsymmetricAlgorithm _key;

    private SigningKey(AsymmetricAlgorithm key, string name)
    {
        _key = key;
        PublicKey = VerificationKey.FromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo(), name);
    }

    /// <summary>The public half.</summary>
    public VerificationKey PublicKey { get; }

    /// <summary>Makes a new ECDSA P-256 key.</summary>
    public static SigningKey Create(string name) => new(ECDsa.Create(ECCurve.NamedCurves.nistP256), name);

    /// <summary>
    /// Reads one PEM block, <c>PRIVATE KEY</c> (PKCS#8) or <c>ENCRYPTED PRIVATE KEY</c> (PBES2, needs the password). Throws
    /// <see cref="SigningException"/> with the reason for anything else.
    /// </summary>
    public static SigningKey FromPem(string pem, string name, string? password)
    {
        ArgumentNullException.ThrowIfNull(pem);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var key = PrivateKeyPem.Read(pem, name, password);
        try
        {
            return new SigningKey(key, name);
        }
        catch (SigningException)
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Signs the message; ECDSA signatures are ASN.1 DER.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message, SignatureScheme scheme)
    {
        var hash = SchemeHash.For(PublicKey.Algorithm, scheme);
        return _key switch
        {
            ECDsa ecdsa => ecdsa.SignData(message, hash, DSASignatureFormat.Rfc3279DerSequence),
            RSA rsa => rsa.SignData(message.ToArray(), hash, RSASignaturePadding.Pkcs1),
            _ => throw new InvalidOperationException("a signing key is ECDSA or RSA"),
        };
    }

    /// <summary>The key in PEM (PKCS#8), encrypted (PBES2, AES-256) where a password is given.</summary>
    public string ToPem(string? password) => (password is null
        ? _key.ExportPkcs8PrivateKeyPem()
        : _key.ExportEncryptedPkcs8PrivateKeyPem(
            password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, PasswordIterations))) + "\n";

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    /// <summary>The public half's name and identifier; the private half is never text by accident.</summary>
    public override string ToString() => $"private key of {PublicKey}";
}
