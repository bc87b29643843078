namespace EdgeSync.Benchmarks.Trust;

/// <summary>An image with a signature, and the ways to verify it.</summary>
/// <param name="Format">The signature's format and key, in words.</param>
/// <param name="Reference">The image, by digest.</param>
/// <param name="Policy">EdgeSync's trust policy for it, a file.</param>
/// <param name="Peer">The peer and its verb.</param>
/// <param name="PeerProgram">The peer's program.</param>
/// <param name="PeerArguments">What the peer is told; the reference comes after it.</param>
internal sealed record SignedImage(
    string Format, string Reference, string Policy, string Peer, string PeerProgram, IReadOnlyList<string> PeerArguments);
