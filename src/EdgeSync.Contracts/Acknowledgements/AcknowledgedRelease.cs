using EdgeSync.Primitives;

namespace EdgeSync.Contracts.Acknowledgements;

/// <summary>The release that an acknowledgement is about.</summary>
/// <param name="Channel">Its channel.</param>
/// <param name="Sequence">Its sequence, or 0 where the record could not be read.</param>
/// <param name="Digest">The bundle's digest, or where no record was accepted the digest of what was found.</param>
/// <param name="Name">The bundle's name, or null where unknown.</param>
/// <param name="Version">The bundle's version, or null where unknown.</param>
public sealed record AcknowledgedRelease(string Channel, long Sequence, Digest Digest, string? Name = null, string? Version = null);
