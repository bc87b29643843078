using System.Globalization;
using EdgeSync.Primitives;
using EdgeSync.Signing.Policies.Attestations;

namespace EdgeSync.Signing.Policies;

/// <summary>What bundles of some repositories and channels must have: signatures of enough different authorities, and attestations.</summary>
public sealed class BundleRule
{
    /// <summary>The most authorities that one rule names; it bounds the work that a hostile signature can cause.</summary>
    public const int MaxAuthorities = KeyRing.MaxKeys;

    /// <summary>A rule. Throws <see cref="SigningException"/> where nothing could ever meet it.</summary>
    /// <param name="name">What people call it.</param>
    /// <param name="scope">What it is for.</param>
    /// <param name="authorities">Who may sign.</param>
    /// <param name="threshold">How many different ones of them must.</param>
    /// <param name="attestations">What else must be said of the bundle, and by whom.</param>
    public BundleRule(
        string name, TrustScope scope, IReadOnlyList<TrustAuthority> authorities, int threshold, IReadOnlyList<AttestationRule> attestations)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(authorities);
        ArgumentNullException.ThrowIfNull(attestations);
        if (FindProblem(authorities, threshold) is { } problem)
        {
            throw new SigningException(SigningReasons.TrustPolicyInvalid, $"the rule '{name}' cannot be used: {problem}") { Subject = name };
        }

        Name = name;
        Scope = scope;
        Authorities = [.. authorities];
        Threshold = threshold;
        Attestations = [.. attestations];
        Everybody = [.. Authorities.Concat(Attestations.SelectMany(attestation => attestation.SignedBy)).Distinct()];
    }

    // What a revocation leaves; it may be too few.
    private BundleRule(BundleRule rule, IReadOnlySet<Digest> revoked)
    {
        Name = rule.Name;
        Scope = rule.Scope;
        Authorities = Left(rule.Authorities, revoked);
        Threshold = rule.Threshold;
        Attestations = [.. rule.Attestations.Select(attestation => attestation with { SignedBy = Left(attestation.SignedBy, revoked) })];
        Everybody = Left(rule.Everybody, revoked);
    }

    /// <summary>What people call it.</summary>
    public string Name { get; }

    /// <summary>What it is for.</summary>
    public TrustScope Scope { get; }

    /// <summary>Who may sign.</summary>
    public IReadOnlyList<TrustAuthority> Authorities { get; }

    /// <summary>How many different ones must sign: each authority counts once, and each signer counts once.</summary>
    public int Threshold { get; }

    /// <summary>What else must be said of the bundle.</summary>
    public IReadOnlyList<AttestationRule> Attestations { get; }

    /// <summary>Whose signatures are looked for at all: those who may sign, and those who may attest.</summary>
    internal IReadOnlyList<TrustAuthority> Everybody { get; }

    /// <summary>The same rule without these keys. What it asks for stays: where nobody is left to give it, nothing more is accepted.</summary>
    public BundleRule Without(IReadOnlySet<Digest> revoked)
    {
        ArgumentNullException.ThrowIfNull(revoked);
        return new BundleRule(this, revoked);
    }

    /// <summary>How many different ones of these there can be: one key under two names is one.</summary>
    public static int CountDifferent(IReadOnlyList<TrustAuthority> authorities)
    {
        ArgumentNullException.ThrowIfNull(authorities);
        return authorities.DistinctBy(authority => authority is TrustAuthority.ByKey key ? key.Key.Id.ToString() : authority.Name).Count();
    }

    private static IReadOnlyList<TrustAuthority> Left(IReadOnlyList<TrustAuthority> authorities, IReadOnlySet<Digest> revoked) =>
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
