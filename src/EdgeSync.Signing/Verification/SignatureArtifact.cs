using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Signing.Verification;

/// <summary>
/// Something that lies beside a bundle and may be a signature of it, as bytes from the cache. Which format it is is read from the content; where it
/// was found is no proof of anything.
/// </summary>
/// <param name="Manifest">The manifest's bytes.</param>
/// <param name="Blobs">The blobs of it that are here, by digest.</param>
public sealed record SignatureArtifact(ReadOnlyMemory<byte> Manifest, IReadOnlyDictionary<Digest, ReadOnlyMemory<byte>> Blobs)
{
    /// <summary>The largest blob of a signature that is worth fetching, in bytes.</summary>
    public const int MaxBlobBytes = 64 * 1024;

    /// <summary>
    /// The blobs that must be fetched to judge an artifact with this manifest: different ones, bounded in number and size. Empty where it can be no
    /// signature.
    /// </summary>
    public static IReadOnlyList<Descriptor> FindWantedBlobs(ReadOnlyMemory<byte> manifest) =>
        TryRead(manifest, out var content, out _)
            ? [.. content.Layers
                .Take(BundleVerifier.MaxSignatures)
                .Where(layer => layer.Size is > 0 and <= MaxBlobBytes)
                .DistinctBy(layer => layer.Digest)]
            : [];

    internal static bool TryRead(
        ReadOnlyMemory<byte> manifest, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ImageManifest? content, out string problem)
    {
        content = null;
        problem = "it is an index, not a manifest";
        try
        {
            content = ManifestReader.Read(manifest, mediaType: null).Content as ImageManifest;
        }
        catch (EdgeSyncException failure)
        {
            problem = failure.Message;
        }

        return content is not null;
    }
}
