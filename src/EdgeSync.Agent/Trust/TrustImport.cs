namespace EdgeSync.Agent.Trust;

/// <summary>Records that somebody brings to the site.</summary>
/// <param name="Envelopes">The envelopes' bytes, in any order.</param>
internal sealed record TrustImport(IReadOnlyList<byte[]> Envelopes)
{
    /// <summary>The most records of one import.</summary>
    public const int MaxEnvelopes = 256;
}
