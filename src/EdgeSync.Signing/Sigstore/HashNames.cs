using System.Security.Cryptography;

namespace EdgeSync.Signing.Sigstore;

/// <summary>How bundles and log entries name hashes.</summary>
internal static class HashNames
{
    public static bool TryRead(string name, out HashAlgorithmName hash)
    {
        hash = name switch
        {
            "sha256" or "SHA2_256" => HashAlgorithmName.SHA256,
            "sha384" or "SHA2_384" => HashAlgorithmName.SHA384,
            "sha512" or "SHA2_512" => HashAlgorithmName.SHA512,
            _ => default,
        };
        return hash.Name is not null;
    }
}
