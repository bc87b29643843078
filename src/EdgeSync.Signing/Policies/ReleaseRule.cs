using EdgeSync.Primitives;

namespace EdgeSync.Signing.Policies;

/// <summary>Who must have signed release records of some repositories and channels.</summary>
public sealed class ReleaseRule : TrustRule
{
    /// <summary>Creates a rule. Throws <see cref="SigningException"/> if nothing could ever meet it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="scope">What it is for.</param>
    /// <param name="authorities">Who may sign: keys sign the record's envelope, others its artifact.</param>
    /// <param name="threshold">How many different ones of them must.</param>
    public ReleaseRule(string name, TrustScope scope, IReadOnlyList<TrustAuthority> authorities, int threshold)
        : base(name, scope, authorities, threshold)
    {
    }

    private ReleaseRule(ReleaseRule rule, IReadOnlySet<Digest> revoked)
        : base(rule, revoked) => Urgent = rule.Urgent is { } urgent ? urgent with { Authorities = Left(urgent.Authorities, revoked) } : null;

    /// <summary>Who may say that a release is urgent; null where nobody may.</summary>
    public UrgentRule? Urgent { get; init; }

    /// <summary>
    /// Whether signatures of the release's artifact are needed: only if the rule names an authority that does not sign the envelope with a key.
    /// </summary>
    public bool NeedsArtifactSignatures => Authorities.Any(authority => authority is not TrustAuthority.ByKey);

    /// <summary>The same rule without these keys; if too few are left, nothing more is accepted.</summary>
    public ReleaseRule Without(IReadOnlySet<Digest> revoked)
    {
        ArgumentNullException.ThrowIfNull(revoked);
        return new ReleaseRule(this, revoked);
    }
}

/// <summary>Who must have signed a release that says it is urgent, so that the site begins it outside of windows.</summary>
/// <param name="Authorities">Who may say so, among the authorities of the release rule.</param>
/// <param name="Threshold">How many different ones of them must have signed; at least 1.</param>
public sealed record UrgentRule(IReadOnlyList<TrustAuthority> Authorities, int Threshold);
