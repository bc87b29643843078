using System.Security.Cryptography;
using EdgeSync.Signing.Keys.Hardware;

namespace EdgeSync.Signing.Keys;

/// <summary>
/// A private key: of a release signer, of a bundle's builder, or of a site's ledger. New ones are ECDSA P-256; P-384 and RSA are loaded too, and
/// used where they are in hardware. The owner disposes it. Only a key in hardware is safe for use by several threads.
/// </summary>
public sealed class SigningKey : IDisposable
{
    private const int PasswordIterations = 600_000;
    private readonly AsymmetricAlgorithm? _key;
    private readonly HardwareKeyAddress? _address;
    private readonly HardwareKey? _hardware;

    private SigningKey(HardwareKeyAddress address, VerificationKey publicKey)
    {
        _address = address;
        _hardware = new HardwareKey(address);
        PublicKey = publicKey;
    }

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

    /// <summary>
    /// A key in hardware, of which the public half is known. The hardware is not used before the first signature, so that the agent also starts
    /// without it.
    /// </summary>
    public static SigningKey InHardware(HardwareKeyAddress address, VerificationKey publicKey)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(publicKey);
        return new SigningKey(address, publicKey);
    }

    /// <summary>Asks the hardware for the public half of a key. Throws <see cref="SigningException"/> with the reason if it does not give it.</summary>
    public static VerificationKey ReadPublicKey(HardwareKeyAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        using var hardware = new HardwareKey(address);
        return hardware.ReadPublicKey(address.ToString());
    }

    /// <summary>
    /// Signs the message; ECDSA signatures are ASN.1 DER. A key in hardware throws <see cref="SigningException"/> if it cannot sign now; a later
    /// call may succeed.
    /// </summary>
    public byte[] Sign(ReadOnlySpan<byte> message, SignatureScheme scheme)
    {
        var hash = SchemeHash.For(PublicKey.Algorithm, scheme);
        if (_hardware is null)
        {
            return SignBy(_key!, message, hash);
        }

        var copy = message.ToArray();
        var signature = _hardware.Sign(key => SignBy(key, copy, hash));

        // Another token may have been plugged in instead of the right one.
        return PublicKey.Verify(message, signature, scheme) ? signature : throw HardwareKeyFailures.Changed(_address!);
    }

    /// <summary>The key in PEM (PKCS#8), encrypted (PBES2, AES-256) if a password is given. Not for a key in hardware, which never leaves it.</summary>
    public string ToPem(string? password) => (_key, password) switch
    {
        (null, _) => throw new InvalidOperationException("a key in hardware never leaves it"),
        ({ } key, null) => key.ExportPkcs8PrivateKeyPem() + "\n",
        ({ } key, _) => key.ExportEncryptedPkcs8PrivateKeyPem(
            password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, PasswordIterations)) + "\n",
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _key?.Dispose();
        _hardware?.Dispose();
    }

    /// <summary>The public half's name and identifier; the private half is never printed by accident.</summary>
    public override string ToString() => $"private key of {PublicKey}";

    private static byte[] SignBy(AsymmetricAlgorithm key, ReadOnlySpan<byte> message, HashAlgorithmName hash) => key switch
    {
        ECDsa ecdsa => ecdsa.SignData(message, hash, DSASignatureFormat.Rfc3279DerSequence),
        RSA rsa => rsa.SignData(message.ToArray(), hash, RSASignaturePadding.Pkcs1),
        _ => throw new InvalidOperationException("a signing key is ECDSA or RSA"),
    };
}
