namespace EdgeSync.Signing.Sigstore.Bundles;

/// <summary>A log's claim that an entry is one of its leaves.</summary>
/// <param name="Index">The leaf's number in this tree.</param>
/// <param name="TreeSize">How many leaves the tree has.</param>
/// <param name="RootHash">The tree's head.</param>
/// <param name="Hashes">The path from leaf to head.</param>
/// <param name="Checkpoint">The log's signed head; empty in some old bundles.</param>
internal sealed record InclusionProof(long Index, long TreeSize, byte[] RootHash, IReadOnlyList<byte[]> Hashes, string Checkpoint);
