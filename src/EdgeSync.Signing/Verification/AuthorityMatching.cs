using EdgeSync.Signing.Policies;

namespace EdgeSync.Signing.Verification;

/// <summary>
/// Counts authorities by different signers: the largest set of pairs in which each authority and each signer occurs once. One key under two names
/// counts once, and so do two keys that both belong to the same single authority.
/// </summary>
internal static class AuthorityMatching
{
    public static int Count(IReadOnlyList<TrustAuthority> authorities, IReadOnlyList<TrustSigner> signers)
    {
        var takenBy = new Dictionary<string, TrustSigner>(StringComparer.Ordinal);
        return signers.Count(signer => TryPlace(signer, authorities, takenBy, []));
    }

    // A signer gives up its authority if it can take another one (Kuhn's algorithm for bipartite matching).
    private static bool TryPlace(
        TrustSigner signer, IReadOnlyList<TrustAuthority> authorities, Dictionary<string, TrustSigner> takenBy, HashSet<string> tried)
    {
        foreach (var authority in authorities)
        {
            if (!signer.Authorities.Contains(authority.Name) || !tried.Add(authority.Name))
            {
                continue;
            }

            if (!takenBy.TryGetValue(authority.Name, out var holder) || TryPlace(holder, authorities, takenBy, tried))
            {
                takenBy[authority.Name] = signer;
                return true;
            }
        }

        return false;
    }
}
