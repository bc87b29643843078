using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;

namespace EdgeSync.Reconciliation.State;

/// <summary>The last thing that this site refused on a channel, so that it is acknowledged once and shown until something better comes.</summary>
/// <param name="Artifact">The digest of what was refused: a release artifact, or a bundle.</param>
/// <param name="Reason">The reason code.</param>
/// <param name="Message">One sentence for people.</param>
/// <param name="Hint">What an operator can do, or null.</param>
/// <param name="Release">What could be read of it; not trusted.</param>
public sealed record Refusal(Digest Artifact, string Reason, string Message, string? Hint, AcknowledgedRelease? Release);
