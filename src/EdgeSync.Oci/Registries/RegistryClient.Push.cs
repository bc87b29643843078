using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Registries.Uploads;
using EdgeSync.Primitives;

namespace EdgeSync.Oci.Registries;

/// <content>Pushing, and what refers to a manifest.</content>
public sealed partial class RegistryClient
{
    /// <summary>
    /// Makes the registry have the blob; false where it had it already. <paramref name="open"/> gives a stream that can seek, and is called
    /// again after a cut; the client disposes of each.
    /// </summary>
    public Task<bool> PushBlobAsync(
        string repository, Descriptor blob, Func<CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        ArgumentNullException.ThrowIfNull(open);
        return _uploader.PushAsync(repository, blob, open, cancellationToken);
    }

    /// <summary>Makes the registry have these bytes as a blob, and describes them.</summary>
    public async Task<Descriptor> PushBlobAsync(
        string repository, string mediaType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var descriptor = Descriptor.Of(mediaType, bytes.Span);
        var copy = bytes.ToArray();
        await _uploader.PushAsync(repository, descriptor, _ => Task.FromResult<Stream>(new MemoryStream(copy, writable: false)), cancellationToken);
        return descriptor;
    }

    /// <summary>
    /// Has the registry take a blob over from another of its repositories, without sending it. False where it has no such blob there, or
    /// does not do this: then push it.
    /// </summary>
    public Task<bool> MountBlobAsync(string repository, Digest digest, string sourceRepository, CancellationToken cancellationToken) =>
        _uploader.MountAsync(repository, digest, sourceRepository, cancellationToken);

    /// <summary>Pushes a manifest under a tag, or by its digest alone where <paramref name="tag"/> is null. Its blobs must be there.</summary>
    public Task<PushedManifest> PushManifestAsync(
        string repository, string? tag, string mediaType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        ManifestUploader.PushAsync(_transport, repository, tag, mediaType, bytes, cancellationToken);

    /// <summary>
    /// Pushes a manifest that has a subject, by its digest, and sees to it that it is found from there, also in a registry without the
    /// referrers API.
    /// </summary>
    public Task<Descriptor> PushReferrerAsync(
        string repository, string mediaType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        _publisher.PublishAsync(repository, mediaType, bytes, cancellationToken);

    /// <summary>
    /// What refers to this manifest, by the referrers API or the fallback tag; empty where nothing does. Anybody who may push can add to
    /// it, so nothing of it is trusted. At most 10,000 entries.
    /// </summary>
    public Task<IReadOnlyList<Descriptor>> GetReferrersAsync(
        string repository, Digest subject, string? artifactType, CancellationToken cancellationToken) =>
        _referrers.ListAsync(repository, subject, artifactType, cancellationToken);
}
