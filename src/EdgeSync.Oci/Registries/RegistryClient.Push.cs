using System.Net;
using System.Net.Http.Headers;
using EdgeSync.Oci.Manifests;
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
    public async Task<PushedManifest> PushManifestAsync(
        string repository, string? tag, string mediaType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var descriptor = Descriptor.Of(mediaType, bytes.Span);
        var uri = tag is null ? _transport.Paths.Manifest(repository, descriptor.Digest) : _transport.Paths.Manifest(repository, tag);
        var request = new RegistryRequest(HttpMethod.Put, uri, RegistryPaths.PushScope(repository))
        {
            Accepts = [],
            AcceptsAnySuccess = true,
            BodyLength = bytes.Length,
            Body = () => new ReadOnlyMemoryContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } },
        };
        var (claimed, isRecorded) = await _transport.SendAsync(
            request,
            (response, _) => Task.FromResult((
                response.Headers.TryGetValues("Docker-Content-Digest", out var values) ? values.FirstOrDefault() : null,
                response.Headers.Contains("OCI-Subject"))),
            cancellationToken);
        await EnsureStoredAsync(repository, descriptor, claimed is null || claimed == descriptor.Digest.ToString(), cancellationToken);
        return new PushedManifest(descriptor, isRecorded);
    }

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

    // Every status of success is one; whether the manifest is there as it was sent, the registry itself says. Where the answer named another digest, the
    // bytes decide.
    private async Task EnsureStoredAsync(string repository, Descriptor manifest, bool isNamedRight, CancellationToken cancellationToken)
    {
        var uri = _transport.Paths.Manifest(repository, manifest.Digest);
        var head = ManifestRequest(HttpMethod.Head, repository, uri) with { Scope = RegistryPaths.PushScope(repository) };
        var isThere = isNamedRight
            ? await _transport.LooksForAsync(head, cancellationToken) != false
            : await _transport.SendAsync(
                head with { Method = HttpMethod.Get, Accepts = [HttpStatusCode.OK, HttpStatusCode.NotFound] },
                async (response, token) => response.StatusCode == HttpStatusCode.OK
                    && Digest.Of(await BoundedBody.ReadAsync(response, ManifestReader.MaxSize, token)) == manifest.Digest,
                cancellationToken);
        if (!isThere)
        {
            throw RegistryFaults.Violation(uri, $"the registry accepted this manifest and does not have it, or changed it and stored it under another digest");
        }
    }
}
