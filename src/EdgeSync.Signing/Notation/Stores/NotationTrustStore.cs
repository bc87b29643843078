using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Signing.Sigstore.Certificates;

namespace EdgeSync.Signing.Notation.Stores;

/// <summary>
/// A named trust store: root certificates, all trusted for one thing. Certificates that are not self-issued are
/// refused. Immutable.
/// </summary>
public sealed class NotationTrustStore
{
    /// <summary>The most certificates in one store.</summary>
    public const int MaxCertificates = 64;

    private const int MaxTextLength = MaxCertificates * StrictCertificate.MaxBytes * 2;

    private NotationTrustStore(NotationStoreKind kind, string name, IReadOnlyList<X509Certificate2> roots)
    {
        Kind = kind;
        Name = name;
        Roots = roots;
    }

    /// <summary>What its authorities are trusted for.</summary>
    public NotationStoreKind Kind { get; }

    /// <summary>Its name in trust policies.</summary>
    public string Name { get; }

    internal IReadOnlyList<X509Certificate2> Roots { get; }

    /// <summary>
    /// Reads one or more root certificates from PEM, and nothing else than certificates; if the result is false, <paramref name="problem"/> says why.
    /// </summary>
    public static bool TryRead(
        NotationStoreKind kind, string name, ReadOnlySpan<char> pem, [NotNullWhen(true)] out NotationTrustStore? store, out string problem)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var roots = new List<X509Certificate2>();
        try
        {
            Read(pem, roots);
            problem = "";
            store = new NotationTrustStore(kind, name, roots);
            return true;
        }
        catch (FormatException failure)
        {
            foreach (var root in roots)
            {
                root.Dispose();
            }

            problem = failure.Message;
            store = null;
            return false;
        }
    }

    internal X509Certificate2? Find(X509Certificate2 certificate)
    {
        foreach (var root in Roots)
        {
            if (root.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span))
            {
                return root;
            }
        }

        return null;
    }

    /// <summary>As a trust policy names it.</summary>
    public override string ToString() => Kind switch
    {
        NotationStoreKind.SigningAuthority => $"signingAuthority:{Name}",
        NotationStoreKind.TimestampAuthority => $"tsa:{Name}",
        _ => $"ca:{Name}",
    };

    private static void Read(ReadOnlySpan<char> pem, List<X509Certificate2> roots)
    {
        if (pem.Length > MaxTextLength)
        {
            throw new FormatException("it is larger than any store");
        }

        while (PemEncoding.TryFind(pem, out var fields))
        {
            var der = new byte[fields.DecodedDataLength];
            if (pem[fields.Label] is not "CERTIFICATE" || !Convert.TryFromBase64Chars(pem[fields.Base64Data], der, out _))
            {
                throw new FormatException($"it holds a {pem[fields.Label]}, and not certificates only");
            }

            var root = StrictCertificate.Load(der);
            roots.Add(root);
            if (!root.SubjectName.RawData.AsSpan().SequenceEqual(root.IssuerName.RawData))
            {
                throw new FormatException($"the certificate of '{DistinguishedName.Read(root.SubjectName)}' is not a root: another one has issued it");
            }

            if (roots.Count > MaxCertificates)
            {
                throw new FormatException($"it holds more than {MaxCertificates} certificates");
            }

            pem = pem[fields.Location.End..];
        }

        if (roots.Count == 0)
        {
            throw new FormatException("it holds no certificate in PEM");
        }
    }
}
