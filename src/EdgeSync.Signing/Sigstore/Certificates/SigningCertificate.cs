using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeSync.Signing.Sigstore.Keys;

namespace EdgeSync.Signing.Sigstore.Certificates;

/// <summary>The contents of a signer's certificate: its subject, the identity provider, and its key. It is not verified yet.</summary>
internal sealed class SigningCertificate : IDisposable
{
    public const string CodeSigningOid = "1.3.6.1.5.5.7.3.3";
    private const string ClaimPrefix = "1.3.6.1.4.1.57264.1.";
    private const int FirstClaimInDer = 8; // Those before it are bare text, and said again behind it.
    private const string IssuerOid = "1.3.6.1.4.1.57264.1.8";
    private const string OldIssuerOid = "1.3.6.1.4.1.57264.1.1";

    private SigningCertificate(X509Certificate2 certificate, SigstoreKey key, string subject, string? issuer)
    {
        Certificate = certificate;
        Key = key;
        Subject = subject;
        Issuer = issuer;
    }

    public X509Certificate2 Certificate { get; }

    public SigstoreKey Key { get; }

    public string Subject { get; }

    /// <summary>The identity provider that knew the subject; null if the authority does not say.</summary>
    public string? Issuer { get; }

    /// <summary>The authority's other claims about the signer: the number behind 1.3.6.1.4.1.57264.1, and the text.</summary>
    public IReadOnlyDictionary<int, string> ReadClaims()
    {
        var claims = new SortedDictionary<int, string>();
        foreach (var extension in Certificate.Extensions)
        {
            if (extension.Oid?.Value is { } oid && oid.StartsWith(ClaimPrefix, StringComparison.Ordinal)
                && int.TryParse(oid.AsSpan(ClaimPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= FirstClaimInDer
                && AsnDecoder.TryReadEncodedValue(
                    extension.RawData, AsnEncodingRules.DER, out var tag, out var offset, out var length, out var consumed)
                && tag == new Asn1Tag(UniversalTagNumber.UTF8String) && consumed == extension.RawData.Length)
            {
                claims[number] = Encoding.UTF8.GetString(extension.RawData, offset, length);
            }
        }

        return claims;
    }

    /// <summary>Throws <see cref="FormatException"/> for a certificate that cannot sign code, or that does not name its subject clearly.</summary>
    public static SigningCertificate Read(ReadOnlySpan<byte> der)
    {
        var certificate = StrictCertificate.Load(der);
        try
        {
            CheckUse(certificate);
            var name = Find(certificate, SubjectName.Oid) ?? throw new FormatException("the certificate names no subject");
            return new SigningCertificate(
                certificate, SigstoreKey.Read(certificate.PublicKey.ExportSubjectPublicKeyInfo()), SubjectName.Read(name), ReadIssuer(certificate));
        }
        catch (Exception failure) when (failure is FormatException or CryptographicException)
        {
            certificate.Dispose();
            throw failure as FormatException ?? new FormatException("the certificate is damaged", failure);
        }
    }

    public void Dispose() => Certificate.Dispose();

    internal static ReadOnlyMemory<byte>? Find(X509Certificate2 certificate, string oid)
    {
        foreach (var extension in certificate.Extensions)
        {
            if (extension.Oid?.Value == oid)
            {
                return extension.RawData;
            }
        }

        return null;
    }

    private static void CheckUse(X509Certificate2 certificate)
    {
        var (usable, signs) = (false, false);
        foreach (var extension in certificate.Extensions)
        {
            switch (extension)
            {
                case X509BasicConstraintsExtension { CertificateAuthority: true }:
                    throw new FormatException("the certificate is one of an authority");
                case X509KeyUsageExtension usage:
                    signs = usage.KeyUsages.HasFlag(X509KeyUsageFlags.DigitalSignature);
                    break;
                case X509EnhancedKeyUsageExtension usage:
                    usable = Contains(usage, CodeSigningOid);
                    break;
            }
        }

        if (!usable || !signs)
        {
            throw new FormatException(usable ? "the certificate's key may not sign" : "the certificate is not one for code signing");
        }
    }

    internal static bool Contains(X509EnhancedKeyUsageExtension extension, string oid)
    {
        foreach (var usage in extension.EnhancedKeyUsages)
        {
            if (usage.Value == oid)
            {
                return true;
            }
        }

        return false;
    }

    // The newer extension holds DER, the older one bare text. If both are present, they must agree.
    private static string? ReadIssuer(X509Certificate2 certificate)
    {
        string? issuer = null;
        if (Find(certificate, IssuerOid) is { } extension)
        {
            try
            {
                var reader = new AsnReader(extension, AsnEncodingRules.DER);
                issuer = reader.ReadCharacterString(UniversalTagNumber.UTF8String);
                reader.ThrowIfNotEmpty();
            }
            catch (AsnContentException failure)
            {
                throw new FormatException("the certificate's issuer extension is damaged", failure);
            }
        }

        if (Find(certificate, OldIssuerOid) is not { } old)
        {
            return issuer;
        }

        var text = Encoding.UTF8.GetString(old.Span);
        return issuer is null || issuer == text
            ? text
            : throw new FormatException("the certificate's two issuer extensions differ");
    }
}
