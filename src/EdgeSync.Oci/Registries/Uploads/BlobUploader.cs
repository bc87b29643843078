using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Oci.Registries.Uploads;

/// <summary>
/// Pushes blobs: a small one in one request, a large one in chunks. After a cut it asks the registry how much it has, and goes on from
/// there; after each chunk that arrived it counts the tries from zero.
/// </summary>
internal sealed partial class BlobUploader(RegistryTransport transport, RegistryOptions options, TimeProvider time, RetryPolicy retries, ILogger logger)
{
    /// <summary>Makes the registry have the blob. False where it had it already.</summary>
    public async Task<bool> PushAsync(
        string repository, Descriptor blob, Func<CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        var backoff = retries.CreateBackoff(options.FirstRetryDelay, options.MaxRetryDelay);
        UploadSession? session = null;
        var reached = 0L;
        while (true)
        {
            try
            {
                // Also after a failure: the answer to the last request may be what was lost.
                if (await transport.LooksForAsync(BlobRequest(repository, blob.Digest), cancellationToken) == true)
                {
                    return session is not null;
                }

                session = session is null
                    ? await BeginAsync(repository, cancellationToken)
                    : await AskAsync(repository, session, cancellationToken) ?? await BeginAsync(repository, cancellationToken);
                if (session.Offset > reached)
                {
                    // A chunk arrived whose answer was lost.
                    reached = session.Offset;
                    backoff.Reset();
                }

                await using var content = await open(cancellationToken);
                content.Seek(session.Offset, SeekOrigin.Begin);
                while (blob.Size - session.Offset > ChunkSize(session))
                {
                    session = await SendChunkAsync(repository, session, content, cancellationToken);
                    reached = Math.Max(reached, session.Offset);
                    backoff.Reset();
                }

                await FinishAsync(repository, session, blob, content, cancellationToken);
                await EnsureStoredAsync(repository, blob, cancellationToken);
                return true;
            }
            catch (RegistryException failure) when (MayResume(failure, session) && backoff.Failures < options.MaxRetries)
            {
                session = IsGone(failure) ? null : session;
                var wait = backoff.Next();
                LogResumed(blob.Digest, failure.Reason, session?.Offset ?? 0);
                await Task.Delay(failure.RetryAfter is { } asked && asked > wait ? asked : wait, time, cancellationToken);
            }
        }
    }

    /// <summary>Has the registry take the blob over from another of its repositories. False where it does not.</summary>
    public async Task<bool> MountAsync(string repository, Digest digest, string source, CancellationToken cancellationToken)
    {
        var address = transport.Paths.Uploads(repository, $"?mount={Uri.EscapeDataString(digest.ToString())}&from={Uri.EscapeDataString(source)}");
        var scope = $"{RegistryPaths.PushScope(repository)} {RegistryPaths.PullScope(source)}";
        var abandoned = await transport.SendAsync(
            new RegistryRequest(HttpMethod.Post, address, scope) { Accepts = [HttpStatusCode.Created, HttpStatusCode.Accepted] },
            (response, _) => Task.FromResult(
                response.StatusCode == HttpStatusCode.Created
                    ? null
                    : UploadSession.From(address, response, transport.Paths.Uploads(repository), offset: 0, leastChunk: 0)),
            cancellationToken);
        if (abandoned is null)
        {
            return true;
        }

        await CancelAsync(repository, abandoned, cancellationToken);
        return false;
    }

    private static bool MayResume(RegistryException failure, UploadSession? session) =>
        (session is not null && IsGone(failure))
        || failure.Reason is RegistryReasons.RegistryUnreachable
            or RegistryReasons.ConnectionLost
            or RegistryReasons.RegistryError
            or RegistryReasons.RateLimited;

    // The session is gone, or has other bytes than the registry said a moment ago: docker-registry 2.8 answers how much it has while it is
    // still storing the broken chunk. Then all is sent again.
    private static bool IsGone(RegistryException failure) =>
        failure.StatusCode is (int)HttpStatusCode.NotFound or (int)HttpStatusCode.RequestedRangeNotSatisfiable;

    private int ChunkSize(UploadSession session) => Math.Max(options.UploadChunkSize, session.LeastChunk);

    private Task<UploadSession> BeginAsync(string repository, CancellationToken cancellationToken)
    {
        var address = transport.Paths.Uploads(repository);
        return transport.SendAsync(
            Request(HttpMethod.Post, repository, address) with { AcceptsAnySuccess = true },
            (response, _) => Task.FromResult(UploadSession.From(address, response, address, offset: 0, leastChunk: 0)),
            cancellationToken);
    }

    // Null where the session is gone, or where it cannot be told whether it has one byte or none ("0-0"). docker-registry 2.8 forgets a
    // session also after a chunk whose answer was lost, because the state in its address is then old.
    private Task<UploadSession?> AskAsync(string repository, UploadSession session, CancellationToken cancellationToken) =>
        transport.SendAsync(
            Request(HttpMethod.Get, repository, session.Location, HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed) with { AcceptsAnySuccess = true },
            (response, _) => Task.FromResult(
                response.IsSuccessStatusCode && UploadSession.ReceivedBy(response) is > 1 and var received
                    ? UploadSession.From(session.Location, response, transport.Paths.Uploads(repository), received, session.LeastChunk)
                    : null),
            cancellationToken);

    private async Task<UploadSession> SendChunkAsync(
        string repository, UploadSession session, Stream content, CancellationToken cancellationToken)
    {
        var chunk = new byte[ChunkSize(session)];
        await content.ReadExactlyAsync(chunk, cancellationToken);
        var last = session.Offset + chunk.Length - 1;
        var request = Request(HttpMethod.Patch, repository, session.Location) with
        {
            AcceptsAnySuccess = true,
            Headers = [("Content-Range", string.Create(CultureInfo.InvariantCulture, $"{session.Offset}-{last}"))],
            Body = () => Bytes(chunk, MediaTypes.OctetStream),
            BodyLength = chunk.Length,
            IsRepeatable = false,
        };
        return await transport.SendAsync(
            request,
            (response, _) => UploadSession.ReceivedBy(response) is { } received && received != last + 1
                ? throw RegistryFaults.Violation(session.Location, $"it has {received} bytes after {last + 1} were sent")
                : Task.FromResult(UploadSession.From(session.Location, response, transport.Paths.Uploads(repository), last + 1, session.LeastChunk)),
            cancellationToken);
    }

    private async Task FinishAsync(
        string repository, UploadSession session, Descriptor blob, Stream content, CancellationToken cancellationToken)
    {
        var rest = new byte[blob.Size - session.Offset];
        await content.ReadExactlyAsync(rest, cancellationToken);
        var request = Request(HttpMethod.Put, repository, session.Finish(blob.Digest.ToString())) with
        {
            AcceptsAnySuccess = true,
            Body = () => Bytes(rest, MediaTypes.OctetStream),
            BodyLength = rest.Length,
            IsRepeatable = false,
        };
        await transport.SendAsync(request, (_, _) => Task.FromResult(true), cancellationToken);
    }

    // Every status of success is one, whatever the specification says of 201; whether the blob is there, the registry itself says. One that still stores
    // it (202) is given time.
    private async Task EnsureStoredAsync(string repository, Descriptor blob, CancellationToken cancellationToken)
    {
        var backoff = retries.CreateBackoff(options.FirstRetryDelay, options.MaxRetryDelay);
        while (await transport.LooksForAsync(BlobRequest(repository, blob.Digest), cancellationToken) == false)
        {
            if (backoff.Failures >= options.MaxRetries)
            {
                throw new RegistryException(
                    RegistryReasons.PushRejected, $"{transport.Paths.Blob(repository, blob.Digest)}: the registry accepted this content, and does not have it")
                {
                    Subject = blob.Digest.ToString(),
                    Disposition = Disposition.Transient,
                    Hint = "Push again; see the registry's log and any proxy on the way.",
                };
            }

            await Task.Delay(backoff.Next(), time, cancellationToken);
        }
    }

    private RegistryRequest BlobRequest(string repository, Digest digest) =>
        Request(HttpMethod.Head, repository, transport.Paths.Blob(repository, digest));

    private async Task CancelAsync(string repository, UploadSession session, CancellationToken cancellationToken)
    {
        try
        {
            var request = Request(HttpMethod.Delete, repository, session.Location, HttpStatusCode.NoContent, HttpStatusCode.Accepted, HttpStatusCode.OK);
            await transport.SendAsync(request with { IsRepeatable = false }, (_, _) => Task.FromResult(true), cancellationToken);
        }
        catch (RegistryException)
        {
            // A courtesy only: the registry throws unfinished uploads away by itself.
        }
    }

    private static RegistryRequest Request(HttpMethod method, string repository, Uri uri, params HttpStatusCode[] accepts) =>
        new(method, uri, RegistryPaths.PushScope(repository)) { Accepts = accepts };

    private static ByteArrayContent Bytes(byte[] bytes, string mediaType)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return content;
    }

    [LoggerMessage(OciEventIds.UploadResumed, LogLevel.Debug, "Upload of {Digest} failed with {Reason}, to be taken up at byte {Offset}")]
    private partial void LogResumed(Digest digest, string reason, long offset);
}
