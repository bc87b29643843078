using System.Security.Cryptography;

namespace EdgeSync.Signing.Keys;

/// <summary>The table of hashes by key and format.</summary>
internal static class SchemeHash
{
    public static HashAlgorithmName For(KeyAlgorithm algorithm, SignatureScheme scheme) =>
        (algorithm, scheme) == (KeyAlgorithm.EcdsaP384, SignatureScheme.Envelope) ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;
}
