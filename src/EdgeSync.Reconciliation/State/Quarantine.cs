using EdgeSync.Primitives;

namespace EdgeSync.Reconciliation.State;

/// <summary>A bundle that was tried here and failed. It is not tried again by the same or an older release.</summary>
/// <param name="Digest">The bundle.</param>
/// <param name="Sequence">The release that brought it.</param>
/// <param name="Reason">The reason code of the failure.</param>
/// <param name="Message">One sentence for people.</param>
public sealed record Quarantine(Digest Digest, long Sequence, string Reason, string Message);
