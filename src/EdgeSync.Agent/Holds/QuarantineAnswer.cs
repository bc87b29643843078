using EdgeSync.Primitives;

namespace EdgeSync.Agent.Holds;

/// <summary>The result of a request about the quarantine.</summary>
/// <param name="Quarantined">What is in quarantine now.</param>
/// <param name="Lifted">What this request lifted.</param>
internal sealed record QuarantineAnswer(IReadOnlyList<QuarantineEntry> Quarantined, IReadOnlyList<QuarantineEntry> Lifted);

/// <summary>One bundle that failed here.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Digest">The bundle.</param>
/// <param name="Sequence">The release that brought it.</param>
/// <param name="Reason">The reason code of its failure.</param>
/// <param name="Message">One sentence for people.</param>
/// <param name="Since">When it failed, UTC; null where an older agent did not store it.</param>
internal sealed record QuarantineEntry(string Channel, Digest Digest, long Sequence, string Reason, string Message, DateTimeOffset? Since);

/// <summary>A request to let a bundle be tried again.</summary>
/// <param name="Digest">The bundle, or at least the first 12 digits.</param>
/// <param name="By">Who asks.</param>
/// <param name="Channel">On which channel alone, or null for all.</param>
internal sealed record QuarantineLift(string Digest, string By, string? Channel = null);
