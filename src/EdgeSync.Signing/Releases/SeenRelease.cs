using EdgeSync.Primitives;

namespace EdgeSync.Signing.Releases;

/// <summary>What a site keeps of the newest authentic record of a channel, so that nothing older passes again.</summary>
/// <param name="Sequence">Its sequence.</param>
/// <param name="Payload">The digest of its payload bytes (not of the envelope: signatures may be added later).</param>
public sealed record SeenRelease(long Sequence, Digest Payload);
