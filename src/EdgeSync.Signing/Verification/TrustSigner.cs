namespace EdgeSync.Signing.Verification;

/// <summary>A signer, and the authorities of the policy that it belongs to.</summary>
/// <param name="Identity">The key's identifier, or the name in the certificate with its issuer; it distinguishes signers.</param>
/// <param name="Description">The same for display.</param>
/// <param name="Authorities">The names of all authorities of the rule that this signer belongs to.</param>
public sealed record TrustSigner(string Identity, string Description, IReadOnlyList<string> Authorities)
{
    /// <summary>
    /// The latest time at which a log or timestamp authority of the policy saw this signature. The current time is not earlier. Null if there is no proof
    /// of a time.
    /// </summary>
    public DateTimeOffset? ProvenTime { get; init; }

    /// <summary>The text for display.</summary>
    public override string ToString() => Description;
}
