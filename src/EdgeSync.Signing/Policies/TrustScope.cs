using EdgeSync.Signing.Sigstore;

namespace EdgeSync.Signing.Policies;

/// <summary>What a rule is for: repositories and channels by pattern. An empty list means all of them.</summary>
/// <param name="Repositories">Patterns of <c>HOST/NAME</c>; one must match as a whole.</param>
/// <param name="Channels">Patterns of channels; one must match as a whole.</param>
public sealed record TrustScope(IReadOnlyList<IdentityPattern> Repositories, IReadOnlyList<IdentityPattern> Channels)
{
    /// <summary>Everything.</summary>
    public static TrustScope Everything { get; } = new([], []);

    /// <summary>
    /// How well it fits a place; null if it does not. The repository counts before the channel, a full name before a pattern, and a pattern before an empty
    /// list. Of two patterns, the one with more characters other than stars counts more, then the one with fewer stars.
    /// </summary>
    internal (int Repository, int Channel)? Fit(TrustPlace place) =>
        Best(Repositories, place.Repository) is { } repository && Best(Channels, place.Channel) is { } channel ? (repository, channel) : null;

    private static int? Best(IReadOnlyList<IdentityPattern> patterns, string? text)
    {
        if (patterns.Count == 0)
        {
            return 0;
        }

        int? best = null;
        foreach (var pattern in patterns)
        {
            if (text is not null && pattern.Matches(text))
            {
                best = Math.Max(best ?? 0, Weigh(pattern.ToString()));
            }
        }

        return best;
    }

    private static int Weigh(string pattern)
    {
        var stars = pattern.AsSpan().Count('*');
        return stars == 0 ? int.MaxValue : ((1 + pattern.Length - stars) << 12) - stars;
    }
}
