using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;

namespace EdgeSync.Signing.Releases;

/// <summary>What a site stores of the newest authentic record of a channel, so that it accepts nothing older again.</summary>
/// <param name="Sequence">Its sequence.</param>
/// <param name="Payload">The digest of its payload bytes (not of the envelope: signatures may be added later).</param>
/// <param name="Epoch">The epoch of its sequence.</param>
public sealed record SeenRelease(long Sequence, Digest Payload, int Epoch = 0)
{
    /// <summary>Whether this is newer than the other, by epoch and then by sequence.</summary>
    public bool IsAbove(SeenRelease other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (Epoch, Sequence).CompareTo((other.Epoch, other.Sequence)) > 0;
    }

    /// <summary>Sequence and epoch for display.</summary>
    public string Describe() => ReleaseNumber.Describe(Sequence, Epoch);
}
