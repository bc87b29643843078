using EdgeSync.Primitives;

namespace EdgeSync.Signing.Policies;

/// <summary>Who must have signed release records of some repositories and channels.</summary>
public sealed class ReleaseRule : TrustRule
{
    /// <summary>A rule. Throws <see cref="SigningException"/> where nothing could ever meet it.</summary>
    /// <param name="name">What people call it.</param>
    /// <param name="scope">What it is for.</param>
    /// <param name="authorities">Who may sign: keys in the record's envelope, others beside its artifact.</param>
    /// <param name="threshold">How many different ones of them must.</param>
    public ReleaseRule(string name, TrustScope scope, IReadOnlyList<TrustAuthority> authorities, int threshold)
        : base(name, scope, authorities, threshold)
    {
    }

    private ReleaseRule(ReleaseRule rule, IReadOnlySet<Digest> revoked)
        : base(rule, revoked)
    {
    }

    /// <summary>
    /// Whether signatures beside the release's artifact are looked for: only where the rule names somebody who has no key to sign the envelope with.
    /// </summary>
    public bool LooksBeside => Authorities.Any(authority => authority is not TrustAuthority.ByKey);

    /// <summary>The same rule without these keys; where too few are left, nothing more is accepted.</summary>
    public ReleaseRule Without(IReadOnlySet<Digest> revoked)
    {
        ArgumentNullException.ThrowIfNull(revoked);
        return new ReleaseRule(this, revoked);
    }
}
