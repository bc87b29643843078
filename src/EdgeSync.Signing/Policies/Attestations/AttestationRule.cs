using EdgeSync.Signing.Policies.Conditions;

namespace EdgeSync.Signing.Policies.Attestations;

/// <summary>An attestation that a bundle must have from a signer that the site trusts for it.</summary>
/// <param name="Check">What must be said.</param>
/// <param name="SignedBy">The authorities that may sign it; one of them is enough.</param>
/// <param name="Conditions">What else must be found in the predicate; all of them in the same attestation.</param>
public sealed record AttestationRule(
    AttestationCheck Check, IReadOnlyList<TrustAuthority> SignedBy, IReadOnlyList<PredicateCondition> Conditions);
