using EdgeSync.Oci.Manifests;

namespace EdgeSync.Bundles.Publishing;

/// <summary>One more blob is in the target repository.</summary>
/// <param name="Blob">The blob.</param>
/// <param name="Way">How it came there.</param>
/// <param name="Done">How many blobs are there now.</param>
/// <param name="Total">How many there will be.</param>
public sealed record PublishProgress(Descriptor Blob, BlobWay Way, int Done, int Total);
