using System.Buffers;
using System.Globalization;
using System.Text.Json;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace EdgeSync.Oci.Mirror;

/// <summary>
/// Answers the pull part of the OCI distribution specification. Nothing is served that the catalog does not name, and nothing whose bytes
/// were not found right: manifests are hashed for each request, blobs through the very handle that they are then sent from, unless the
/// same unchanged file was hashed within a day.
/// </summary>
internal sealed partial class MirrorRequestHandler(ContentStore store, IMirrorCatalog catalog, MirrorOptions options, ILogger logger)
{
    private const int CopySize = 128 * 1024;
    private const int MaxTagsPerPage = 1000;

    /// <summary>Answers a request for <paramref name="path"/>, which is what follows <c>/v2/</c>.</summary>
    public async Task HandleAsync(HttpContext context, string path)
    {
        if (LoopbackGuard.Refusal(context) is { } refusal)
        {
            LogRefused(refusal);
            await MirrorErrors.Refused(context, refusal);
            return;
        }

        context.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            await MirrorErrors.Unsupported(context);
            return;
        }

        if (path.Length == 0)
        {
            await WriteJsonAsync(context, "{}"u8.ToArray(), "application/json");
            return;
        }

        var registry = context.Request.Query["ns"].ToString() is { Length: > 0 } name ? name : null;
        if (registry is not null && !ReferenceGrammar.IsRegistry(registry))
        {
            await MirrorErrors.NameInvalid(context);
            return;
        }

        await AnswerAsync(context, registry, MirrorTarget.Parse(path));
    }

    private Task AnswerAsync(HttpContext context, string? registry, MirrorTarget? target) => target switch
    {
        MirrorTarget.ManifestByTag manifest => catalog.TryResolve(registry, manifest.Repository, manifest.Tag, out var descriptor)
            ? SendManifestAsync(context, descriptor.Digest)
            : MirrorErrors.ManifestUnknown(context),
        MirrorTarget.ManifestByDigest manifest => SendManifestAsync(context, manifest.Digest),
        MirrorTarget.Blob blob => SendBlobAsync(context, blob.Digest),
        MirrorTarget.Tags tags => SendTagsAsync(context, registry, tags.Repository),
        MirrorTarget.Referrers referrers => SendReferrersAsync(context, referrers.Subject),
        _ => MirrorErrors.NameInvalid(context),
    };

    private async Task SendManifestAsync(HttpContext context, Digest digest)
    {
        if (!catalog.IsServed(digest))
        {
            await MirrorErrors.ManifestUnknown(context);
            return;
        }

        ReceivedManifest manifest;
        try
        {
            manifest = await store.ReadManifestAsync(digest, mediaType: null, context.RequestAborted);
        }
        catch (EdgeSyncException failure)
        {
            ReportLost(digest, failure.Reason);
            await MirrorErrors.ManifestUnknown(context);
            return;
        }

        if (!IsKnownTo(context, digest))
        {
            await WriteJsonAsync(context, manifest.Bytes, manifest.Descriptor.MediaType);
        }
    }

    private async Task SendBlobAsync(HttpContext context, Digest digest)
    {
        if (!catalog.IsServed(digest))
        {
            await MirrorErrors.BlobUnknown(context);
            return;
        }

        FileStream file;
        try
        {
            file = await store.OpenVerifiedAsync(digest, context.RequestAborted);
        }
        catch (StorageException failure)
        {
            ReportLost(digest, failure.Reason);
            await MirrorErrors.BlobUnknown(context);
            return;
        }

        await using (file)
        {
            if (!IsKnownTo(context, digest))
            {
                await SendFileAsync(context, digest, file);
            }
        }
    }

    private static async Task SendFileAsync(HttpContext context, Digest digest, FileStream file)
    {
        var size = file.Length;
        var response = context.Response;
        response.Headers.AcceptRanges = "bytes";
        response.ContentType = MediaTypes.OctetStream;
        var part = ByteRange.From(context.Request, TagOf(digest), size, out var isSatisfiable);
        if (!isSatisfiable)
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{size}");
            response.ContentLength = 0;
            return;
        }

        var range = part ?? new ByteRange(0, size);
        if (part is not null)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange =
                string.Create(CultureInfo.InvariantCulture, $"bytes {range.Start}-{range.Start + range.Length - 1}/{size}");
        }

        response.ContentLength = range.Length;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await CopyAsync(file, range, response.Body, context.RequestAborted);
        }
    }

    private static async Task CopyAsync(FileStream file, ByteRange range, Stream target, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopySize);
        try
        {
            var (offset, left) = range;
            while (left > 0)
            {
                var read = await RandomAccess.ReadAsync(
                    file.SafeFileHandle, buffer.AsMemory(0, (int)Math.Min(CopySize, left)), offset, cancellationToken);
                if (read == 0)
                {
                    // Cut short under our hands; the client sees fewer bytes than announced, and refuses them.
                    return;
                }

                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                offset += read;
                left -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task SendTagsAsync(HttpContext context, string? registry, string repository)
    {
        var tags = catalog.ListTags(registry, repository).Order(StringComparer.Ordinal).ToList();
        if (tags.Count == 0)
        {
            await MirrorErrors.NameUnknown(context);
            return;
        }

        var last = context.Request.Query["last"].ToString();
        var limit = int.TryParse(context.Request.Query["n"], CultureInfo.InvariantCulture, out var n) && n is >= 0 and < MaxTagsPerPage ? n : MaxTagsPerPage;
        var following = tags.Where(tag => string.CompareOrdinal(tag, last) > 0).ToList();
        var page = following.Take(limit).ToList();
        if (page.Count < following.Count && page.Count > 0)
        {
            var ns = registry is null ? "" : $"&ns={Uri.EscapeDataString(registry)}";
            context.Response.Headers.Link = $"</v2/{repository}/tags/list?n={limit}&last={page[^1]}{ns}>; rel=\"next\"";
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(new TagList(repository, page), RegistryJsonContext.Default.TagList);
        await WriteJsonAsync(context, body, "application/json");
    }

    private async Task SendReferrersAsync(HttpContext context, Digest subject)
    {
        var referrers = catalog.ListReferrers(subject).Where(entry => catalog.IsServed(entry.Digest));
        if (context.Request.Query["artifactType"].ToString() is { Length: > 0 } wanted)
        {
            referrers = referrers.Where(entry => entry.ArtifactType == wanted);
            context.Response.Headers["OCI-Filters-Applied"] = "artifactType";
        }

        var index = new ImageIndex { SchemaVersion = 2, MediaType = MediaTypes.ImageIndex, Manifests = [.. referrers] };
        await WriteJsonAsync(context, JsonSerializer.SerializeToUtf8Bytes(index, OciJsonContext.Default.ImageIndex), MediaTypes.ImageIndex);
    }

    // Sets the headers that name the content; true where the client has it already, and 304 is the whole answer.
    private static bool IsKnownTo(HttpContext context, Digest digest)
    {
        var tag = TagOf(digest);
        context.Response.Headers["Docker-Content-Digest"] = digest.ToString();
        context.Response.Headers.ETag = tag.ToString();
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false)))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return true;
        }

        return false;
    }

    private static EntityTagHeaderValue TagOf(Digest digest) => new($"\"{digest}\"");

    private static async Task WriteJsonAsync(HttpContext context, ReadOnlyMemory<byte> body, string mediaType)
    {
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = body.Length;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private void ReportLost(Digest digest, string reason)
    {
        LogLost(digest, reason);
        options.ContentLost(digest);
    }

    [LoggerMessage(OciEventIds.MirrorContentDamaged, LogLevel.Warning, "The mirror cannot serve {Digest}: {Reason}")]
    private partial void LogLost(Digest digest, string reason);

    [LoggerMessage(OciEventIds.MirrorRequestRefused, LogLevel.Debug, "The mirror refused a request that is not of this machine, with {Status}")]
    private partial void LogRefused(int status);
}
