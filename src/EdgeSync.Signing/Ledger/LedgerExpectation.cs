using EdgeSync.Signing.Keys;

namespace EdgeSync.Signing.Ledger;

/// <summary>What HQ knows of a site when an entry of its ledger arrives.</summary>
/// <param name="Fleet">The fleet that the site is enrolled in.</param>
/// <param name="Site">The site.</param>
/// <param name="Key">The ledger key that the site has registered.</param>
/// <param name="Head">The newest entry that HQ has stored without a gap; null before the first.</param>
public sealed record LedgerExpectation(string Fleet, string Site, VerificationKey Key, LedgerHead? Head);
