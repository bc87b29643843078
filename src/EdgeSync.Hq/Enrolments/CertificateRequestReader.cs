using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSync.Hq.Enrolments;

/// <summary>Reads a PKCS#10 request: proves that the sender has the private key, and that the key is strong enough. Nothing else of it is used.</summary>
internal static class CertificateRequestReader
{
    private const int MaxPemLength = 8 * 1024;
    private const int LeastRsaBits = 2048;
    private const int MostRsaBits = 8192;

    public static PublicKey ReadKey(string pem)
    {
        if (pem.Length > MaxPemLength)
        {
            throw Refused($"it has more than {MaxPemLength} characters");
        }

        try
        {
            // This checks the request's own signature.
            var request = CertificateRequest.LoadSigningRequestPem(pem, HashAlgorithmName.SHA256, signerSignaturePadding: RSASignaturePadding.Pkcs1);
            CheckStrength(request.PublicKey);
            return request.PublicKey;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException or NotSupportedException)
        {
            throw Refused(failure.Message, failure);
        }
    }

    private static void CheckStrength(PublicKey key)
    {
        using var ecdsa = key.GetECDsaPublicKey();
        using var rsa = key.GetRSAPublicKey();
        var strong = ecdsa?.KeySize is 256 or 384 or 521 || rsa?.KeySize is >= LeastRsaBits and <= MostRsaBits;
        if (!strong)
        {
            throw Refused("its key is neither ECDSA on P-256, P-384 or P-521 nor RSA of 2048 bits or more");
        }
    }

    private static HqException Refused(string problem, Exception? cause = null) =>
        new(HqReasons.CertificateRequestRefused, $"the certificate request is refused: {problem}", cause);
}
