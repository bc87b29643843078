using EdgeSync.Primitives;

namespace EdgeSync.Signing.Ledger;

/// <summary>The newest entry of a ledger, as the next one names it.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Payload">The digest of its payload bytes.</param>
public sealed record LedgerHead(long Number, Digest Payload);
