using System.Globalization;
using EdgeSync.Primitives;

namespace EdgeSync.Signing.Policies;

/// <summary>Who must have signed the content of some repositories and channels. Immutable.</summary>
public abstract class TrustRule
{
    /// <summary>The most authorities that one rule names; it bounds the work that a hostile signature can cause.</summary>
    public const int MaxAuthorities = KeyRing.MaxKeys;

    private protected TrustRule(string name, TrustScope scope, IReadOnlyList<TrustAuthority> authorities, int threshold)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(authorities);
        if (FindProblem(authorities, threshold) is { } problem)
        {
            throw new SigningException(SigningReasons.TrustPolicyInvalid, $"the rule '{name}' cannot be used: {problem}") { Subject = name };
        }

        Name = name;
        Scope = scope;
        Authorities = [.. authorities];
        Threshold = threshold;
    }

    // The keys that are left after a revocation may be too few.
    private protected TrustRule(TrustRule rule, IReadOnlySet<Digest> revoked)
    {
        Name = rule.Name;
        Scope = rule.Scope;
        Authorities = Left(rule.Authorities, revoked);
        Threshold = rule.Threshold;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What it is for.</summary>
    public TrustScope Scope { get; }

    /// <summary>Who may sign.</summary>
    public IReadOnlyList<TrustAuthority> Authorities { get; }

    /// <summary>How many different ones must sign: each authority counts once, and each signer counts once.</summary>
    public int Threshold { get; }

    /// <summary>How many different ones of these there can be: one key under two names is one.</summary>
    public static int CountDifferent(IReadOnlyList<TrustAuthority> authorities)
    {
        ArgumentNullException.ThrowIfNull(authorities);
        return authorities.DistinctBy(authority => authority is TrustAuthority.ByKey key ? key.Key.Id.ToString() : authority.Name).Count();
    }

    /// <summary>The authorities whose keys are not revoked.</summary>
    private protected static IReadOnlyList<TrustAuthority> Left(IReadOnlyList<TrustAuthority> authorities, IReadOnlySet<Digest> revoked) =>
        [.. authorities.Where(authority => authority is not TrustAuthority.ByKey { Key: var key } || !revoked.Contains(key.Id))];

    private static string? FindProblem(IReadOnlyList<TrustAuthority> authorities, int threshold)
    {
        var different = CountDifferent(authorities);
        return authorities.Count switch
        {
            0 => "it names no authority",
            > MaxAuthorities => string.Create(CultureInfo.InvariantCulture, $"it names {authorities.Count} authorities, more than {MaxAuthorities}"),
            _ when threshold < 1 => "the threshold must be at least 1",
            _ when threshold > different => string.Create(
                CultureInfo.InvariantCulture, $"the threshold is {threshold}, and there are {different} different authorities"),
            _ => null,
        };
    }
}
