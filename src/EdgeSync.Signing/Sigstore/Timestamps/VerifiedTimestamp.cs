using EdgeSync.Signing.Sigstore.Roots;

namespace EdgeSync.Signing.Sigstore.Timestamps;

/// <summary>A timestamp that holds.</summary>
/// <param name="Authority">The authority that issued it.</param>
/// <param name="Time">When the signature was there.</param>
internal sealed record VerifiedTimestamp(TrustedAuthority Authority, DateTimeOffset Time);
