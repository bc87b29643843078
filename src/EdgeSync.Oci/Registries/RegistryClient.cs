using System.Globalization;
using System.Net;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Oci.Registries.Referrers;
using EdgeSync.Oci.Registries.Uploads;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Timing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Oci.Registries;

/// <summary>
/// Speaks the OCI distribution protocol with one registry. Every method throws <see cref="RegistryException"/> for what the registry or the
/// way to it refuses, and is safe to call again. Safe for use by several threads.
/// </summary>
public sealed partial class RegistryClient : IDisposable
{
    private readonly RegistryOptions _options;
    private readonly TimeProvider _time;
    private readonly RegistryTransport _transport;
    private readonly BlobUploader _uploader;
    private readonly ReferrersReader _referrers;
    private readonly ReferrerPublisher _publisher;

    /// <summary>
    /// A client for the registry of <paramref name="options"/>; nothing is sent yet. Throws <see cref="RegistryException"/> with
    /// <see cref="RegistryReasons.CredentialsInvalid"/> for certificate files that cannot be read.
    /// </summary>
    public RegistryClient(RegistryOptions options, TimeProvider time, RetryPolicy retries, ILogger<RegistryClient>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!ReferenceGrammar.IsRegistry(options.Host))
        {
            throw new ArgumentException($"'{options.Host}' is not a registry's host", nameof(options));
        }

        _options = options;
        _time = time;
        ILogger log = logger ?? NullLogger<RegistryClient>.Instance;
        _transport = new RegistryTransport(options, time, retries, log);
        _uploader = new BlobUploader(_transport, options, time, retries, log);
        _referrers = new ReferrersReader(_transport, this);
        _publisher = new ReferrerPublisher(this, _referrers);
    }

    /// <summary>The registry's host as references name it.</summary>
    public string Host => _options.Host;

    /// <summary>Asks whether a registry answers and accepts the login.</summary>
    public Task PingAsync(CancellationToken cancellationToken) =>
        _transport.SendAsync(
            new RegistryRequest(HttpMethod.Get, _transport.Paths.Ping, "") { Accepts = [HttpStatusCode.OK] },
            (_, _) => Task.FromResult(true),
            cancellationToken);

    /// <summary>
    /// Looks at a tag. Where it still points to <paramref name="known"/>, this is one request without a body in its answer.
    /// </summary>
    public async Task<ResolveOutcome> ResolveAsync(string repository, string tag, Digest? known, CancellationToken cancellationToken)
    {
        var request = ManifestRequest(HttpMethod.Get, repository, _transport.Paths.Manifest(repository, tag));
        if (known is { } digest)
        {
            request = request with { Headers = [.. request.Headers, ("If-None-Match", $"\"{digest}\"")] };
        }

        request = request with { Accepts = [HttpStatusCode.OK, HttpStatusCode.NotModified, HttpStatusCode.NotFound] };
        return await _transport.SendAsync<ResolveOutcome>(
            request,
            async (response, token) => response.StatusCode switch
            {
                HttpStatusCode.NotFound => new ResolveOutcome.NotFound(),
                HttpStatusCode.NotModified when known is not null => new ResolveOutcome.NotModified(),
                HttpStatusCode.NotModified => throw RegistryFaults.Violation(request.Uri, "304 to a request without a condition"),
                _ => await RegistryAnswers.ReadManifestAsync(response, expected: null, token) is var manifest && manifest.Descriptor.Digest == known
                    ? new ResolveOutcome.NotModified()
                    : new ResolveOutcome.Found(manifest),
            },
            cancellationToken);
    }

    /// <summary>Gets a manifest by digest, verified.</summary>
    public Task<ReceivedManifest> GetManifestAsync(string repository, Digest digest, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            ManifestRequest(HttpMethod.Get, repository, _transport.Paths.Manifest(repository, digest)),
            (response, token) => RegistryAnswers.ReadManifestAsync(response, digest, token),
            cancellationToken);

    /// <summary>Gets the manifest that a tag points to, or null where there is no such tag. Its digest is computed from the bytes.</summary>
    public async Task<ReceivedManifest?> FindManifestAsync(string repository, string tag, CancellationToken cancellationToken) =>
        await ResolveAsync(repository, tag, known: null, cancellationToken) is ResolveOutcome.Found found ? found.Manifest : null;

    /// <summary>Some tags of a repository, at most <paramref name="limit"/>; empty where it has none, and null where there is no such repository.</summary>
    public Task<IReadOnlyList<string>?> FindTagsAsync(string repository, int limit, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(HttpMethod.Get, _transport.Paths.Tags(repository, limit), RegistryPaths.PullScope(repository))
        {
            Accepts = [HttpStatusCode.OK, HttpStatusCode.NotFound],
        };
        return _transport.SendAsync<IReadOnlyList<string>?>(
            request,
            async (response, token) => response.StatusCode == HttpStatusCode.NotFound ? null : await RegistryAnswers.ReadTagsAsync(response, limit, token),
            cancellationToken);
    }

    /// <summary>Whether the registry has this manifest.</summary>
    public Task<bool> ManifestExistsAsync(string repository, Digest digest, CancellationToken cancellationToken) =>
        ExistsAsync(ManifestRequest(HttpMethod.Head, repository, _transport.Paths.Manifest(repository, digest)), cancellationToken);

    /// <summary>Whether the registry has this blob.</summary>
    public Task<bool> BlobExistsAsync(string repository, Digest digest, CancellationToken cancellationToken) =>
        ExistsAsync(BlobRequest(HttpMethod.Head, repository, digest), cancellationToken);

    /// <summary>
    /// Begins to get a blob from <paramref name="offset"/> on. The caller owns the download and verifies its bytes.
    /// <paramref name="entityTag"/> is that of an earlier download of the first part, or null.
    /// </summary>
    public async Task<BlobDownload> OpenBlobAsync(
        string repository, Digest digest, long offset, string? entityTag, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var request = BlobRequest(HttpMethod.Get, repository, digest);
        if (offset > 0)
        {
            request = request with
            {
                Headers = entityTag is null ? [Range(offset)] : [Range(offset), ("If-Range", entityTag)],
                Accepts = [HttpStatusCode.OK, HttpStatusCode.PartialContent],
            };
        }

        var response = await _transport.OpenAsync(request, cancellationToken);
        try
        {
            var uri = response.RequestMessage?.RequestUri;
            RegistryAnswers.RefuseWebPage(response);
            var start = response.StatusCode == HttpStatusCode.PartialContent ? CheckRange(response, offset) : 0;
            var body = new TransferStream(await response.Content.ReadAsStreamAsync(cancellationToken), uri, _options, _time);
            var tag = response.Headers.ETag;
            return new BlobDownload(response, body, start, tag is { IsWeak: false } ? tag.ToString() : null);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>Gets a small blob into memory, verified. At most <paramref name="maxBytes"/>; meant for configurations and signatures.</summary>
    public async Task<byte[]> GetBlobAsync(string repository, Descriptor descriptor, int maxBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        var request = BlobRequest(HttpMethod.Get, repository, descriptor.Digest);
        if (descriptor.Size > maxBytes)
        {
            throw RegistryFaults.TooLarge(request.Uri, maxBytes);
        }

        return await _transport.SendAsync(
            request,
            async (response, token) =>
            {
                RegistryAnswers.RefuseWebPage(response);
                var bytes = await BoundedBody.ReadAsync(response, (int)descriptor.Size, token);
                var found = Digest.Of(bytes);
                return found == descriptor.Digest
                    ? bytes
                    : throw new RegistryException(RegistryReasons.DigestMismatch, $"a blob has the digest {found} where {descriptor} was asked for")
                    {
                        Subject = descriptor.Digest.ToString(),
                    };
            },
            cancellationToken);
    }

    /// <summary>Closes all connections. Safe to call twice.</summary>
    public void Dispose() => _transport.Dispose();

    private static (string Name, string Value) Range(long offset) =>
        ("Range", string.Create(CultureInfo.InvariantCulture, $"bytes={offset}-"));

    private static long CheckRange(HttpResponseMessage response, long offset) =>
        response.Content.Headers.ContentRange is { Unit: "bytes", From: { } from } && from == offset
            ? from
            : throw RegistryFaults.Violation(response.RequestMessage?.RequestUri, "it sent another part of the blob than was asked for");

    private static RegistryRequest ManifestRequest(HttpMethod method, string repository, Uri uri) =>
        new(method, uri, RegistryPaths.PullScope(repository))
        {
            Headers = [("Accept", string.Join(", ", MediaTypes.Manifests))],
            Accepts = [HttpStatusCode.OK],
        };

    private RegistryRequest BlobRequest(HttpMethod method, string repository, Digest digest) =>
        new(method, _transport.Paths.Blob(repository, digest), RegistryPaths.PullScope(repository))
        {
            Accepts = [HttpStatusCode.OK],
            AcceptsWebPages = method == HttpMethod.Get,
        };

    private async Task<bool> ExistsAsync(RegistryRequest request, CancellationToken cancellationToken) =>
        await _transport.LooksForAsync(request, cancellationToken) == true;
}
