using EdgeSync.Signing.Keys;

namespace EdgeSync.Signing.Roots;

/// <summary>One verified version of a chain.</summary>
/// <param name="Root">The root.</param>
/// <param name="Envelope">Its envelope as received.</param>
/// <param name="Signers">The different keys of the version before, and its own, that have signed it.</param>
public sealed record TrustLink(TrustRoot Root, ReadOnlyMemory<byte> Envelope, IReadOnlyList<VerificationKey> Signers);
