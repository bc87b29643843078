using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSync.Signing.Sigstore.Certificates;

/// <summary>Loads one certificate from DER and from nothing else: the class library's loader takes PEM too.</summary>
internal static class StrictCertificate
{
    public const int MaxBytes = 16 * 1024;

    /// <summary>Throws <see cref="FormatException"/> for anything but one certificate, without trailing bytes and doubled extensions.</summary>
    public static X509Certificate2 Load(ReadOnlySpan<byte> der)
    {
        if (der.Length > MaxBytes)
        {
            throw new FormatException("the certificate is larger than any certificate");
        }

        X509Certificate2? certificate = null;
        try
        {
            var document = new AsnReader(der.ToArray(), AsnEncodingRules.DER);
            document.ReadSequence();
            document.ThrowIfNotEmpty();
            certificate = X509CertificateLoader.LoadCertificate(der);
            Decode(certificate);
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var extension in certificate.Extensions)
            {
                if (!seen.Add(extension.Oid!.Value!))
                {
                    throw new FormatException($"the certificate has the extension {extension.Oid.Value} twice");
                }

                Decode(extension);
            }

            return certificate;
        }
        catch (Exception failure) when (failure is CryptographicException or AsnContentException or FormatException)
        {
            certificate?.Dispose();
            throw failure as FormatException ?? new FormatException("the certificate is damaged", failure);
        }
    }

    // The class library decodes many parts of a certificate only when they are read, and throws then.
    private static void Decode(X509Certificate2 certificate)
    {
        _ = certificate.NotBefore;
        _ = certificate.NotAfter;
        _ = certificate.SerialNumberBytes;
        _ = certificate.SignatureAlgorithm;
        _ = certificate.PublicKey.ExportSubjectPublicKeyInfo();
    }

    private static void Decode(X509Extension extension)
    {
        _ = extension switch
        {
            X509BasicConstraintsExtension constraints => (object)constraints.CertificateAuthority,
            X509KeyUsageExtension usage => usage.KeyUsages,
            X509EnhancedKeyUsageExtension usage => usage.EnhancedKeyUsages,
            X509SubjectKeyIdentifierExtension identifier => identifier.SubjectKeyIdentifierBytes,
            _ => extension,
        };
    }
}
