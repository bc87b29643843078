using EdgeSync.Primitives;

namespace EdgeSync.Oci.Download;

/// <summary>How far the fetch of one blob or manifest is.</summary>
/// <param name="Digest">Which.</param>
/// <param name="Received">How many of its bytes are here.</param>
/// <param name="Size">How many it has.</param>
/// <param name="State">What happened.</param>
public sealed record FetchProgress(Digest Digest, long Received, long Size, FetchState State);
