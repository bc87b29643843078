using EdgeSync.Oci.Manifests;

namespace EdgeSync.Signing.Artifacts;

/// <summary>One blob of an artifact.</summary>
/// <param name="Descriptor">Its media type, digest and size.</param>
/// <param name="Content">Its bytes.</param>
public sealed record ArtifactBlob(Descriptor Descriptor, ReadOnlyMemory<byte> Content)
{
    internal static ArtifactBlob Of(string mediaType, byte[] content) => new(Descriptor.Of(mediaType, content), content);
}
