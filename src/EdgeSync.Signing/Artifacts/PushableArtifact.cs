namespace EdgeSync.Signing.Artifacts;

/// <summary>An artifact that is ready to be pushed: blobs first, then the manifest under its tag.</summary>
/// <param name="Manifest">The manifest's bytes.</param>
/// <param name="Blobs">The blobs that were made with it; blobs that the registry has already may be missing here.</param>
public sealed record PushableArtifact(ReadOnlyMemory<byte> Manifest, IReadOnlyList<ArtifactBlob> Blobs);
