using EdgeSync.Signing.Policies.Conditions;

namespace EdgeSync.Signing.Policies.Attestations;

/// <summary>An attestation that a bundle must have from somebody whom the site trusts for it.</summary>
/// <param name="Check">What must be said.</param>
/// <param name="SignedBy">By whom; one of them is enough.</param>
/// <param name="Conditions">What else must be found in the predicate; all of them in the same attestation.</param>
public sealed record AttestationRule(
    AttestationCheck Check, IReadOnlyList<TrustAuthority> SignedBy, IReadOnlyList<PredicateCondition> Conditions);
