using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Sigstore.Certificates;

namespace EdgeSync.Signing.Notation.Certificates;

/// <summary>The certificates of an envelope, the signing one first, the root last; loaded, but not trusted yet.</summary>
internal sealed class CertificateChain : IDisposable
{
    private readonly List<X509Certificate2> _certificates = [];

    public X509Certificate2 Leaf => _certificates[0];

    public X509Certificate2 Root => _certificates[^1];

    public IReadOnlyList<X509Certificate2> Certificates => _certificates;

    /// <summary>Throws <see cref="FormatException"/> for bytes that are no certificate.</summary>
    public static CertificateChain Load(IReadOnlyList<byte[]> certificates)
    {
        var chain = new CertificateChain();
        try
        {
            foreach (var der in certificates)
            {
                chain._certificates.Add(StrictCertificate.Load(der));
            }

            return chain;
        }
        catch (FormatException)
        {
            chain.Dispose();
            throw;
        }
    }

    public IReadOnlyList<Digest> Fingerprints() => [.. _certificates.Select(c => Digest.Of(c.RawDataMemory.Span))];

    /// <summary>
    /// Returns why these certificates, in this order and no others, do not form a chain to the root, which is in a store; empty if they do. Validity
    /// periods are a separate check.
    /// </summary>
    public string FindBreak(X509Certificate2 root)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.Add(root);
        for (var i = 1; i < _certificates.Count - 1; i++)
        {
            policy.ExtraStore.Add(_certificates[i]);
        }

        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        policy.VerificationTimeIgnored = false;
        policy.VerificationTime = Leaf.NotBefore.ToUniversalTime();
        policy.ApplicationPolicy.Add(new Oid(SigningCertificate.CodeSigningOid));
        try
        {
            if (!chain.Build(Leaf))
            {
                var faults = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status) & ~X509ChainStatusFlags.NotTimeValid;
                return FindDisorder() ?? $"the certificate chain does not hold ({faults})";
            }
        }
        catch (CryptographicException failure)
        {
            return FaultText.Describe(failure);
        }

        // The machine may have a user store of intermediates; only the envelope's certificates count, in their order.
        return chain.ChainElements.Select(e => e.Certificate.RawDataMemory).SequenceEqual(_certificates.Select(c => c.RawDataMemory), SameBytes.Instance)
            ? ""
            : FindDisorder() ?? "the certificate chain is not the one of the envelope";
    }

    private string? FindDisorder()
    {
        for (var i = 0; i + 1 < _certificates.Count; i++)
        {
            var issuer = _certificates[i].IssuerName.RawData;
            if (!issuer.AsSpan().SequenceEqual(_certificates[i + 1].SubjectName.RawData))
            {
                return _certificates.Exists(c => c.SubjectName.RawData.AsSpan().SequenceEqual(issuer))
                    ? "its certificates are in the wrong order: the signer's comes first, then the issuer of each"
                    : $"the issuer of its certificate {i + 1} is missing";
            }
        }

        return null;
    }

    /// <summary>The first certificate that is not valid for this whole range; null if all are.</summary>
    public X509Certificate2? FindInvalid(DateTimeOffset from, DateTimeOffset to) =>
        _certificates.Find(c => c.NotBefore.ToUniversalTime() > from.UtcDateTime || c.NotAfter.ToUniversalTime() < to.UtcDateTime);

    public void Dispose()
    {
        foreach (var certificate in _certificates)
        {
            certificate.Dispose();
        }
    }

    private sealed class SameBytes : IEqualityComparer<ReadOnlyMemory<byte>>
    {
        public static SameBytes Instance { get; } = new();

        public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

        public int GetHashCode(ReadOnlyMemory<byte> obj) => obj.Length;
    }
}
