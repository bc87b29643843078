using EdgeSync.Signing.Sigstore.Roots;

namespace EdgeSync.Signing.Sigstore.Logs;

/// <summary>A log entry that is valid in every part.</summary>
/// <param name="Log">By which log.</param>
/// <param name="Time">When the log added it, if it signed the time.</param>
/// <param name="Checkpoint">The tree that holds it, signed by the log; null if the log only promised.</param>
internal sealed record VerifiedEntry(TrustedLog Log, DateTimeOffset? Time, Checkpoint? Checkpoint);
