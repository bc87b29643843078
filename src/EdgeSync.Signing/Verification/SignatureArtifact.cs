using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Sigstore.Bundles;

namespace EdgeSync.Signing.Verification;

/// <summary>
/// An artifact that refers to a bundle and may be a signature or an attestation of it, as bytes from the cache. The content decides the format; the
/// place where it was found proves nothing.
/// </summary>
/// <param name="Manifest">The manifest's bytes.</param>
/// <param name="Blobs">Its blobs that are in the cache, by digest.</param>
public sealed record SignatureArtifact(ReadOnlyMemory<byte> Manifest, IReadOnlyDictionary<Digest, ReadOnlyMemory<byte>> Blobs)
{
    /// <summary>The largest blob of a signature that is fetched, in bytes.</summary>
    public const int MaxBlobBytes = 64 * 1024;

    /// <summary>The largest blob of an attestation, in bytes; a bill of materials is long.</summary>
    public const int MaxAttestationBytes = SigstoreBundle.MaxBytes;

    /// <summary>The limit for all signatures and attestations of one bundle together, in bytes.</summary>
    public const int MaxTotalBytes = 32 * 1024 * 1024;

    /// <summary>
    /// The blobs that must be fetched to verify an artifact with this manifest: each once, limited in number and size. Empty if it cannot be a
    /// signature.
    /// </summary>
    public static IReadOnlyList<Descriptor> FindWantedBlobs(ReadOnlyMemory<byte> manifest)
    {
        if (!TryRead(manifest, out var content, out _))
        {
            return [];
        }

        long total = 0;
        return
        [
            .. content.Layers
                .Take(BundleVerifier.MaxSignatures)
                .Where(layer => layer.Size > 0 && layer.Size <= MostBytes(layer.MediaType))
                .DistinctBy(layer => layer.Digest)
                .Where(layer => (total += layer.Size) <= MaxTotalBytes),
        ];
    }

    internal static bool IsSigstoreBundle(string mediaType) =>
        mediaType.StartsWith("application/vnd.dev.sigstore.bundle", StringComparison.Ordinal);

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

    /// <summary>The blob of a layer if it is in the cache and matches its digest; otherwise the reason.</summary>
    internal bool TryFind(Descriptor layer, out ReadOnlyMemory<byte> blob, out string problem)
    {
        problem = !Blobs.TryGetValue(layer.Digest, out blob) ? "whose content is missing or too large"
            : Digest.Of(blob.Span) != layer.Digest ? "whose content does not have its digest"
            : "";
        return problem.Length == 0;
    }

    private static int MostBytes(string mediaType) =>
        mediaType == DsseEnvelope.MediaType || IsSigstoreBundle(mediaType) ? MaxAttestationBytes : MaxBlobBytes;
}
