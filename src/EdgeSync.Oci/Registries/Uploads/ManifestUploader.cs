using System.Net;
using System.Net.Http.Headers;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;

namespace EdgeSync.Oci.Registries.Uploads;

/// <summary>Pushes a manifest and checks that the registry has it.</summary>
internal static class ManifestUploader
{
    public static async Task<PushedManifest> PushAsync(
        RegistryTransport transport, string repository, string? tag, string mediaType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var descriptor = Descriptor.Of(mediaType, bytes.Span);
        var uri = tag is null ? transport.Paths.Manifest(repository, descriptor.Digest) : transport.Paths.Manifest(repository, tag);
        var request = new RegistryRequest(HttpMethod.Put, uri, RegistryPaths.PushScope(repository))
        {
            Accepts = [],
            AcceptsAnySuccess = true,
            BodyLength = bytes.Length,
            Body = () => new ReadOnlyMemoryContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } },
        };
        var (claimed, isRecorded) = await transport.SendAsync(
            request,
            (response, _) => Task.FromResult((
                response.Headers.TryGetValues("Docker-Content-Digest", out var values) ? values.FirstOrDefault() : null,
                response.Headers.Contains("OCI-Subject"))),
            cancellationToken);
        await EnsureStoredAsync(transport, repository, descriptor, claimed is null || claimed == descriptor.Digest.ToString(), cancellationToken);
        return new PushedManifest(descriptor, isRecorded);
    }

    // Every status of success is one; whether the manifest is there as it was sent, the registry itself says. Where the answer named another digest, the
    // bytes decide.
    private static async Task EnsureStoredAsync(
        RegistryTransport transport, string repository, Descriptor manifest, bool isNamedRight, CancellationToken cancellationToken)
    {
        var uri = transport.Paths.Manifest(repository, manifest.Digest);
        var head = new RegistryRequest(HttpMethod.Head, uri, RegistryPaths.PushScope(repository))
        {
            Headers = [("Accept", string.Join(", ", MediaTypes.Manifests))],
            Accepts = [HttpStatusCode.OK],
        };
        var isThere = isNamedRight
            ? await transport.LooksForAsync(head, cancellationToken) != false
            : await transport.SendAsync(
                head with { Method = HttpMethod.Get, Accepts = [HttpStatusCode.OK, HttpStatusCode.NotFound] },
                async (response, token) => response.StatusCode == HttpStatusCode.OK
                    && Digest.Of(await BoundedBody.ReadDocumentAsync(response, ManifestReader.MaxSize, token)) == manifest.Digest,
                cancellationToken);
        if (!isThere)
        {
            throw RegistryFaults.Violation(uri, "the registry accepted this manifest and does not have it, or changed it and stored it under another digest");
        }
    }
}
