using System.Security.Cryptography.X509Certificates;
using EdgeSync.Signing.Notation.Stores;
using EdgeSync.Signing.Sigstore.Roots;
using EdgeSync.Signing.Sigstore.Timestamps;

namespace EdgeSync.Signing.Notation.Certificates;

/// <summary>
/// A timestamp of a signature (RFC 3161) that an authority of the trust stores made. It has the earliest and the latest time,
/// because the authority's clock has a limited accuracy.
/// </summary>
/// <param name="From">The earliest moment it may have been.</param>
/// <param name="To">The latest moment it may have been.</param>
/// <param name="Store">The trust store that holds the authority's root.</param>
/// <param name="NamesRevocation">Whether one of the authority's certificates says where its revocation would be published.</param>
internal sealed record Countersignature(DateTimeOffset From, DateTimeOffset To, string Store, bool NamesRevocation)
{
    private static readonly ValidityPeriod Always = new(DateTimeOffset.MinValue, null);

    /// <summary>Verifies a token. Throws <see cref="FormatException"/> with the reason if it is not valid.</summary>
    public static Countersignature Verify(byte[] token, byte[] signature, IEnumerable<NotationTrustStore> stores)
    {
        if (!TimestampToken.TryParseToken(token, out var timestamp, out var problem))
        {
            throw new FormatException(problem);
        }

        if (!timestamp.IsOf(signature))
        {
            throw new FormatException("the timestamp is of another signature");
        }

        if (!timestamp.BindsBySha2)
        {
            throw new FormatException("the timestamp names its signer's certificate by SHA-1 only");
        }

        using var embedded = CertificateChain.Load(timestamp.Certificates);
        return Verify(timestamp, embedded.Certificates, stores);
    }

    private static Countersignature Verify(
        TimestampToken timestamp, IReadOnlyList<X509Certificate2> embedded, IEnumerable<NotationTrustStore> stores)
    {
        var signer = embedded.FirstOrDefault(timestamp.IsMadeBy)
            ?? throw new FormatException("the timestamp does not bring its signer's certificate");
        var problem = "";
        foreach (var store in stores)
        {
            foreach (var root in store.Roots)
            {
                if (Lead(signer, embedded, root) is not { } chain)
                {
                    continue;
                }

                // Another root may have the same name and another key.
                if (FindProblem(timestamp, chain, store) is not { Length: > 0 } found)
                {
                    return Of(timestamp, store, chain);
                }

                problem = problem.Length > 0 ? problem : found;
            }
        }

        throw new FormatException(problem.Length > 0 ? problem : "the timestamp is by an authority that no trust store of the kind 'tsa' names");
    }

    private static string FindProblem(TimestampToken timestamp, List<X509Certificate2> chain, NotationTrustStore store)
    {
        try
        {
            CertificateRules.CheckTimestamping(chain);
            return AuthorityCheck.Check(timestamp, chain[0], new TrustedAuthority(store.ToString(), [.. chain.Skip(1)], Always));
        }
        catch (FormatException failure)
        {
            return failure.Message;
        }
    }

    private static Countersignature Of(TimestampToken timestamp, NotationTrustStore store, List<X509Certificate2> chain)
    {
        var (from, to) = (timestamp.Time, timestamp.Time);
        if (timestamp.Time - DateTimeOffset.MinValue > timestamp.Accuracy && DateTimeOffset.MaxValue - timestamp.Time > timestamp.Accuracy)
        {
            (from, to) = (timestamp.Time - timestamp.Accuracy, timestamp.Time + timestamp.Accuracy);
        }

        return new Countersignature(from, to, store.ToString(), chain.Take(chain.Count - 1).Any(RevocationSource.IsNamedBy));
    }

    // Finds the chain from the signer over the token's certificates to this root by name; building the chain later verifies the signatures.
    private static List<X509Certificate2>? Lead(X509Certificate2 signer, IReadOnlyList<X509Certificate2> embedded, X509Certificate2 root)
    {
        var chain = new List<X509Certificate2> { signer };
        while (!Issues(root, chain[^1]))
        {
            var next = embedded.FirstOrDefault(c => Issues(c, chain[^1]) && !chain.Contains(c));
            if (next is null)
            {
                return null;
            }

            chain.Add(next);
        }

        chain.Add(root);
        return chain;
    }

    private static bool Issues(X509Certificate2 issuer, X509Certificate2 certificate) =>
        issuer.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
