using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Signing.Sigstore.Certificates;
using EdgeSync.Signing.Sigstore.Keys;
using EdgeSync.Signing.Sigstore.Roots;

namespace EdgeSync.Signing.Sigstore.Timestamps;

/// <summary>
/// Checks tokens against the timestamp authorities of the trusted root. One that a trusted authority made for other bytes, or in no trusted time,
/// fails; one of an unknown authority counts for nothing.
/// </summary>
internal static class AuthorityCheck
{
    private const SigstoreCheckKind Kind = SigstoreCheckKind.Timestamp;
    private const string TimestampingOid = "1.3.6.1.5.5.7.3.8";

    /// <summary>Adds what holds to <paramref name="found"/>.</summary>
    public static void Run(
        IReadOnlyList<byte[]> timestamps, ReadOnlySpan<byte> signature, TrustedRoot root, List<VerifiedTimestamp> found, CheckList checks)
    {
        foreach (var timestamp in timestamps)
        {
            if (!TimestampToken.TryParseResponse(timestamp, out var token, out var problem))
            {
                checks.Fail(Kind, problem);
            }
            else if (!token.Info.Imprint.AsSpan().SequenceEqual(CryptographicOperations.HashData(token.Info.Hash, signature)))
            {
                checks.Fail(Kind, "the timestamp is of another signature");
            }
            else if (Check(token, root, checks) is { } authority)
            {
                checks.Pass(Kind, $"the timestamp authority {authority} saw the signature at {token.Info.Time:u}");
                found.Add(new VerifiedTimestamp(authority, token.Info.Time));
            }
        }
    }

    private static TrustedAuthority? Check(TimestampToken token, TrustedRoot root, CheckList checks)
    {
        var failure = "";
        foreach (var authority in root.TimestampAuthorities)
        {
            var signer = FindSigner(token, authority);
            try
            {
                if (signer is not null)
                {
                    failure = Check(token, signer, authority);
                    if (failure.Length == 0)
                    {
                        return authority;
                    }
                }
            }
            finally
            {
                if (signer is not null && !ReferenceEquals(signer, authority.Chain[0]))
                {
                    signer.Dispose();
                }
            }
        }

        if (failure.Length > 0)
        {
            checks.Fail(Kind, failure);
        }
        else
        {
            checks.Skip(Kind, "a timestamp is by an authority that the trusted root does not name");
        }

        return null;
    }

    // The root may name the authority's own certificate, or only those above it; then the token must have brought it along.
    private static X509Certificate2? FindSigner(TimestampToken token, TrustedAuthority authority)
    {
        if (token.Signer.IsMadeBy(authority.Chain[0]))
        {
            return authority.Chain[0];
        }

        foreach (var embedded in token.Certificates)
        {
            X509Certificate2 certificate;
            try
            {
                certificate = StrictCertificate.Load(embedded.Span);
            }
            catch (FormatException)
            {
                continue;
            }

            if (token.Signer.IsMadeBy(certificate) && IsIssuedUnder(certificate, authority))
            {
                return certificate;
            }

            certificate.Dispose();
        }

        return null;
    }

    private static bool IsIssuedUnder(X509Certificate2 certificate, TrustedAuthority authority)
    {
        foreach (var issuer in authority.Chain)
        {
            if (issuer.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Why a token that names this signer was not made by it under the authority; empty where it was.</summary>
    public static string Check(TimestampToken token, X509Certificate2 signer, TrustedAuthority authority)
    {
        if (!authority.Validity.Contains(token.Info.Time))
        {
            return $"the timestamp authority {authority} was not trusted at {token.Info.Time:u}";
        }

        if (!IsForTimestamping(signer))
        {
            return "the timestamp's certificate is not one for timestamping alone";
        }

        if (!ChainVerifier.TryBuild(signer, authority, token.Info.Time, TimestampingOid, out _, out var problem))
        {
            return $"the timestamp's certificate of {authority} at {token.Info.Time:u}: {problem}";
        }

        try
        {
            var key = SigstoreKey.Read(signer.PublicKey.ExportSubjectPublicKeyInfo());
            var verified = CmsAlgorithms.HashFor(token.Signer.SignatureAlgorithm, token.Signer.Digest, key.Kind) is { } hash
                && key.Verify(token.Signer.Attributes.SignedBytes, token.Signer.Signature, hash);
            return verified ? "" : $"the signature of the timestamp authority {authority} does not verify";
        }
        catch (FormatException failure)
        {
            return failure.Message;
        }
    }

    // RFC 3161, section 2.3: the one usage, and critical.
    private static bool IsForTimestamping(X509Certificate2 certificate)
    {
        foreach (var extension in certificate.Extensions)
        {
            if (extension is X509EnhancedKeyUsageExtension usage)
            {
                return usage.Critical && usage.EnhancedKeyUsages.Count == 1 && SigningCertificate.Contains(usage, TimestampingOid);
            }
        }

        return false;
    }
}
