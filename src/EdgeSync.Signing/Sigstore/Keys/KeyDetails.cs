namespace EdgeSync.Signing.Sigstore.Keys;

/// <summary>Sigstore's registry of algorithms, as trusted roots and log entries name them (sigstore_common.proto, PublicKeyDetails).</summary>
internal static class KeyDetails
{
    /// <summary>
    /// Reads the key that the words describe. Throws <see cref="FormatException"/> if key and description do not fit, or if that kind is not
    /// supported.
    /// </summary>
    public static SigstoreKey Read(ReadOnlySpan<byte> rawBytes, string details)
    {
        var key = details switch
        {
            "PKCS1_RSA_PKCS1V5" => SigstoreKey.ReadPkcs1(rawBytes, pss: false),
            "PKCS1_RSA_PSS" => SigstoreKey.ReadPkcs1(rawBytes, pss: true),
            _ => SigstoreKey.Read(rawBytes, details.StartsWith("PKIX_RSA_PSS", StringComparison.Ordinal)),
        };
        return key.Kind == KindOf(details)
            ? key
            : throw new FormatException($"the public key is not of the kind '{details}' that it is said to be");
    }

    private static SigstoreKeyKind? KindOf(string details) => details switch
    {
        "PKIX_ECDSA_P256_SHA_256" => SigstoreKeyKind.EcdsaP256,
        "PKIX_ECDSA_P384_SHA_384" => SigstoreKeyKind.EcdsaP384,
        "PKIX_ECDSA_P521_SHA_512" => SigstoreKeyKind.EcdsaP521,
        "PKIX_ED25519" => SigstoreKeyKind.Ed25519,
        "PKCS1_RSA_PKCS1V5" or "PKIX_RSA_PKCS1V5" or "PKIX_RSA_PKCS1V15_2048_SHA256" or "PKIX_RSA_PKCS1V15_3072_SHA256"
            or "PKIX_RSA_PKCS1V15_4096_SHA256" => SigstoreKeyKind.RsaPkcs1,
        "PKCS1_RSA_PSS" or "PKIX_RSA_PSS" or "PKIX_RSA_PSS_2048_SHA256" or "PKIX_RSA_PSS_3072_SHA256" or "PKIX_RSA_PSS_4096_SHA256" =>
            SigstoreKeyKind.RsaPss,
        _ => null,
    };
}
