namespace EdgeSync.Signing.Verification;

/// <summary>Who was found to have signed, and as which authorities the policy knows them.</summary>
/// <param name="Identity">The key's identifier, or the name in the certificate with its issuer: what different signers are told apart by.</param>
/// <param name="Description">The same in words.</param>
/// <param name="Authorities">The names of all authorities of the rule that this is.</param>
public sealed record TrustSigner(string Identity, string Description, IReadOnlyList<string> Authorities)
{
    /// <summary>In words.</summary>
    public override string ToString() => Description;
}
