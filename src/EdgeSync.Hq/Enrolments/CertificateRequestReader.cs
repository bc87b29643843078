using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Hq.Enrolments;

/// <summary>Reads the public key from a PKCS#10 request, after checking its signature and the strength of the key. HQ ignores the rest of the request.</summary>
internal static class CertificateRequestReader
{
    private const int MaxPemLength = 8 * 1024;
    private const int MinRsaBits = 2048;
    private const int MaxRsaBits = 8192;

    public static PublicKey ReadKey(string pem)
    {
        if (pem.Length > MaxPemLength)
        {
            throw Refused($"it has more than {MaxPemLength} characters");
        }

        try
        {
            // This also checks the signature of the request.
            var request = CertificateRequest.LoadSigningRequestPem(pem, HashAlgorithmName.SHA256, signerSignaturePadding: RSASignaturePadding.Pkcs1);
            CheckStrength(request.PublicKey);
            return request.PublicKey;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException or NotSupportedException)
        {
            throw Refused(FaultText.Describe(failure), failure);
        }
    }

    private static void CheckStrength(PublicKey key)
    {
        using var ecdsa = key.GetECDsaPublicKey();
        using var rsa = key.GetRSAPublicKey();
        var strong = ecdsa?.KeySize is 256 or 384 or 521 || rsa?.KeySize is >= MinRsaBits and <= MaxRsaBits;
        if (!strong)
        {
            throw Refused("its key is neither ECDSA on P-256, P-384 or P-521 nor RSA of 2048 bits or more");
        }
    }

    private static HqException Refused(string problem, Exception? cause = null) =>
        new(HqReasons.CertificateRequestRefused, $"HQ refused the certificate request: {problem}", cause);
}
