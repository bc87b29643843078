using EdgeSync.Signing.Releases;

namespace EdgeSync.Reconciliation.State;

/// <summary>Two authentic releases of one channel with the same epoch and sequence, and different content.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Seen">The one that came first.</param>
/// <param name="SeenEnvelope">Its envelope's bytes; null where the site stored only its digest.</param>
/// <param name="Found">The one that came later and was refused.</param>
/// <param name="FoundEnvelope">Its envelope's bytes.</param>
/// <param name="At">When it was found, UTC.</param>
public sealed record Equivocation(
    string Channel, SeenRelease Seen, byte[]? SeenEnvelope, SeenRelease Found, byte[] FoundEnvelope, DateTimeOffset At);
