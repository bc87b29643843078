namespace EdgeSync.Signing.Verification;

/// <summary>Who was found to have signed, and as which authorities the policy knows them.</summary>
/// <param name="Identity">The key's identifier, or the name in the certificate with its issuer: what different signers are told apart by.</param>
/// <param name="Description">The same in words.</param>
/// <param name="Authorities">The names of all authorities of the rule that this is.</param>
public sealed record TrustSigner(string Identity, string Description, IReadOnlyList<string> Authorities)
{
    /// <summary>
    /// The latest moment at which this signature was there, by the word of a log or timestamp authority that the policy names: it is not earlier now. Null
    /// where nothing proves one.
    /// </summary>
    public DateTimeOffset? ProvenTime { get; init; }

    /// <summary>In words.</summary>
    public override string ToString() => Description;
}
