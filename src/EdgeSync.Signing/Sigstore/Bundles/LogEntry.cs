namespace EdgeSync.Signing.Sigstore.Bundles;

/// <summary>An entry of a transparency log from a bundle; not verified yet.</summary>
/// <param name="Index">Its number over all the log's trees.</param>
/// <param name="LogId">Which log.</param>
/// <param name="Kind">The entry's kind, for example hashedrekord.</param>
/// <param name="KindVersion">The kind's version.</param>
/// <param name="IntegratedTime">When the log added it, in seconds since 1970; zero if the log says no time.</param>
/// <param name="Promise">The log's signature of entry and time (Rekor v1).</param>
/// <param name="Proof">The proof of inclusion.</param>
/// <param name="Body">The entry itself, as it was hashed.</param>
internal sealed record LogEntry(
    long Index, byte[] LogId, string Kind, string KindVersion, long IntegratedTime, byte[]? Promise, InclusionProof? Proof, byte[] Body);
