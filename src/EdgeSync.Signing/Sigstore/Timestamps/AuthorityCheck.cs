using System.Security.Cryptography.X509Certificates;
using EdgeSync.Signing.Sigstore.Certificates;
using EdgeSync.Signing.Sigstore.Keys;
using EdgeSync.Signing.Sigstore.Roots;

namespace EdgeSync.Signing.Sigstore.Timestamps;

/// <summary>
/// Checks tokens against the timestamp authorities of the trusted root. A token of a trusted authority fails if it is of other bytes or of a time at which
/// the authority was not trusted. A token of an unknown authority is ignored.
/// </summary>
internal static class AuthorityCheck
{
    private const SigstoreCheckKind Kind = SigstoreCheckKind.Timestamp;
    private const string TimestampingOid = "1.3.6.1.5.5.7.3.8";

    /// <summary>Adds the valid timestamps to <paramref name="found"/>.</summary>
    public static void Run(
        IReadOnlyList<byte[]> timestamps, ReadOnlySpan<byte> signature, TrustedRoot root, List<VerifiedTimestamp> found, CheckList checks)
    {
        foreach (var timestamp in timestamps)
        {
            if (!TimestampToken.TryParseResponse(timestamp, out var token, out var problem))
            {
                checks.Fail(Kind, problem);
            }
            else if (!token.IsOf(signature))
            {
                checks.Fail(Kind, "the timestamp is of another signature");
            }
            else if (Check(token, root, checks) is { } authority)
            {
                checks.Pass(Kind, $"the timestamp authority {authority} saw the signature at {token.Time:u}");
                found.Add(new VerifiedTimestamp(authority, token.Time));
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

    // The root may name the authority's own certificate, or only the ones above it; then the token must contain it.
    private static X509Certificate2? FindSigner(TimestampToken token, TrustedAuthority authority)
    {
        if (token.IsMadeBy(authority.Chain[0]))
        {
            return authority.Chain[0];
        }

        foreach (var embedded in token.Certificates)
        {
            X509Certificate2 certificate;
            try
            {
                certificate = StrictCertificate.Load(embedded);
            }
            catch (FormatException)
            {
                continue;
            }

            if (token.IsMadeBy(certificate) && IsIssuedUnder(certificate, authority))
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

    /// <summary>Returns why this signer did not make the token under the authority; empty if it did.</summary>
    public static string Check(TimestampToken token, X509Certificate2 signer, TrustedAuthority authority)
    {
        if (!authority.Validity.Contains(token.Time))
        {
            return $"the timestamp authority {authority} was not trusted at {token.Time:u}";
        }

        if (!IsForTimestamping(signer))
        {
            return "the timestamp's certificate is not one for timestamping alone";
        }

        if (!ChainVerifier.TryBuild(signer, authority, token.Time, TimestampingOid, out _, out var problem))
        {
            return $"the timestamp's certificate of {authority} at {token.Time:u}: {problem}";
        }

        try
        {
            SigstoreKey.Read(signer.PublicKey.ExportSubjectPublicKeyInfo()); // Refuses weak keys and unknown curves.
            return token.IsSignedBy(signer) ? "" : $"the signature of the timestamp authority {authority} does not verify";
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
