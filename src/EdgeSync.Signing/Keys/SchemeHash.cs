using System.Security.Cryptography;

namespace EdgeSync.Signing.Keys;

/// <summary>The one table of which hash goes with which key in which format.</summary>
internal static class SchemeHash
{
    public static HashAlgorithmName For(KeyAlgorithm algorithm, SignatureScheme scheme) =>
        (algorithm, scheme) == (KeyAlgorithm.EcdsaP384, SignatureScheme.Envelope) ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;
}
