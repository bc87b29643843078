using System.Security.Cryptography.X509Certificates;
using EdgeSync.Signing.Notation.Stores;
using EdgeSync.Signing.Sigstore.Certificates;
using EdgeSync.Signing.Sigstore.Keys;

namespace EdgeSync.Signing.Notation.Certificates;

/// <summary>
/// The specification's own rules for certificates ("Certificate Requirements"), which apply regardless of the stores. Throws
/// <see cref="FormatException"/> that names the rule.
/// </summary>
internal static class CertificateRules
{
    // Any usage, servers and clients of TLS, e-mail, timestamps.
    private static readonly string[] Foreign = ["2.5.29.37.0", "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.8"];

    private const X509KeyUsageFlags NotOfALeaf = X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.DataEncipherment | X509KeyUsageFlags.KeyAgreement
        | X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.EncipherOnly | X509KeyUsageFlags.DecipherOnly;

    /// <summary>Checks a chain for signing code, its root last.</summary>
    public static void CheckSigning(IReadOnlyList<X509Certificate2> chain)
    {
        CheckLeaf(chain[0], isUsageCritical: true);
        if (chain[0].Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is { } usage
            && (!SigningCertificate.Contains(usage, SigningCertificate.CodeSigningOid) || HasForeignUsage(usage)))
        {
            throw new FormatException("the signing certificate is not one for signing code alone");
        }

        CheckOrder(chain);
        CheckAuthorities(chain, isUsageCritical: true);
    }

    /// <summary>
    /// Checks a timestamp authority's chain, its root last. AuthorityCheck verifies that the certificate is for timestamps only.
    /// </summary>
    public static void CheckTimestamping(IReadOnlyList<X509Certificate2> chain)
    {
        CheckLeaf(chain[0], isUsageCritical: false);
        CheckAuthorities(chain, isUsageCritical: false);
    }

    private static void CheckLeaf(X509Certificate2 leaf, bool isUsageCritical)
    {
        if (leaf.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is { CertificateAuthority: true })
        {
            throw new FormatException("the first certificate is one of an authority");
        }

        var usage = FindUsage(leaf, isUsageCritical);
        if (!usage.HasFlag(X509KeyUsageFlags.DigitalSignature) || (usage & NotOfALeaf) != 0)
        {
            throw new FormatException($"the key usage of {Name(leaf)} is not that of a signer ({usage})");
        }

        CheckAlgorithms(leaf);
    }

    private static void CheckAuthorities(IReadOnlyList<X509Certificate2> chain, bool isUsageCritical)
    {
        for (var i = 1; i < chain.Count; i++)
        {
            var authority = chain[i];
            if (authority.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is not { CertificateAuthority: true, Critical: true } constraints)
            {
                throw new FormatException($"{Name(authority)} is not marked as an authority, critically");
            }

            // The number of authorities between it and the leaf.
            if (constraints.HasPathLengthConstraint && constraints.PathLengthConstraint < i - 1)
            {
                throw new FormatException($"{Name(authority)} may not have so many authorities below it");
            }

            if (!FindUsage(authority, isUsageCritical).HasFlag(X509KeyUsageFlags.KeyCertSign))
            {
                throw new FormatException($"{Name(authority)} may not sign certificates");
            }

            CheckAlgorithms(authority);
        }
    }

    private static void CheckOrder(IReadOnlyList<X509Certificate2> chain)
    {
        for (var i = 0; i < chain.Count - 1; i++)
        {
            if (IsSelfIssued(chain[i]))
            {
                throw new FormatException($"{Name(chain[i])} is a root, but more certificates follow it");
            }

            if (!chain[i].IssuerName.RawData.AsSpan().SequenceEqual(chain[i + 1].SubjectName.RawData))
            {
                throw new FormatException($"{Name(chain[i])} is not issued by {Name(chain[i + 1])}, which follows it");
            }
        }

        if (!IsSelfIssued(chain[^1]))
        {
            throw new FormatException($"the certificates end with {Name(chain[^1])}, which is not a root");
        }
    }

    private static X509KeyUsageFlags FindUsage(X509Certificate2 certificate, bool isCritical)
    {
        var usage = certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault();
        return usage is not null && (usage.Critical || !isCritical)
            ? usage.KeyUsages
            : throw new FormatException($"{Name(certificate)} has no {(usage is null ? "" : "critical ")}key usage");
    }

    private static bool HasForeignUsage(X509EnhancedKeyUsageExtension usage)
    {
        foreach (var oid in Foreign)
        {
            if (SigningCertificate.Contains(usage, oid))
            {
                return true;
            }
        }

        return false;
    }

    private static void CheckAlgorithms(X509Certificate2 certificate)
    {
        if (SigstoreKey.Read(certificate.PublicKey.ExportSubjectPublicKeyInfo()).Kind == SigstoreKeyKind.Ed25519)
        {
            throw new FormatException($"the key of {Name(certificate)} is neither RSA nor ECDSA");
        }

        if (!CertificateSignature.IsOfSha2(certificate))
        {
            throw new FormatException($"{Name(certificate)} is signed with another hash than SHA-256, SHA-384 or SHA-512");
        }
    }

    private static bool IsSelfIssued(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static string Name(X509Certificate2 certificate) => $"the certificate of '{DistinguishedName.Read(certificate.SubjectName)}'";
}
