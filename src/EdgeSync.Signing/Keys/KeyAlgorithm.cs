namespace EdgeSync.Signing.Keys;

/// <summary>What a key signs with. It is fixed by the key, and never taken from a message.</summary>
public enum KeyAlgorithm
{
    /// <summary>ECDSA on NIST P-256, always with SHA-256.</summary>
    EcdsaP256,

    /// <summary>ECDSA on NIST P-384, with the hash of the <see cref="SignatureScheme"/>.</summary>
    EcdsaP384,

    /// <summary>RSA of 2048 to 8192 bits, PKCS#1 v1.5, always with SHA-256.</summary>
    Rsa,

    /// <summary>Ed25519 (RFC 8032) over the message itself. Such keys can verify, but not sign.</summary>
    Ed25519,
}
