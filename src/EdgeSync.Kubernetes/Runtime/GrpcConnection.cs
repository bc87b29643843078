using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace EdgeSync.Kubernetes.Runtime;

/// <summary>
/// Unary gRPC calls over HTTP/2 on a Unix socket: one message there, one back, then the status in the trailers
/// (grpc/doc/PROTOCOL-HTTP2.md). The socket is opened by the first call and again after it broke.
/// </summary>
internal sealed class GrpcConnection(string socketPath) : IDisposable
{
    /// <summary>What a list of a few thousand images takes, with room.</summary>
    private const int MaxMessageSize = 16 << 20;

    private const int PrefixSize = 5;
    private const int MaxStatusMessage = 2048;

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        ConnectCallback = (_, cancellationToken) => ConnectAsync(socketPath, cancellationToken),
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        MaxResponseHeadersLength = 64,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
    });

    /// <summary>
    /// Calls a method (<c>/service/Method</c>) and returns its answer. Throws <see cref="GrpcFailure"/> for another status than OK,
    /// <see cref="HttpRequestException"/> or <see cref="IOException"/> when the peer does not answer, <see cref="InvalidDataException"/> when
    /// the answer is not gRPC.
    /// </summary>
    public async Task<ReadOnlyMemory<byte>> CallAsync(
        string method, ReadOnlyMemory<byte> message, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("http://localhost" + method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Frame(message.Span)),
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.Add("grpc-timeout", FormattableString.Invariant($"{Math.Max(1, (long)timeout.TotalMilliseconds)}m"));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

        using var response = await _http.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK
            || response.Content.Headers.ContentType?.MediaType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            throw new InvalidDataException($"the answer is HTTP {(int)response.StatusCode} and not gRPC");
        }

        // A call that fails at once has no body and its status among the headers.
        if (ReadStatus(response.Headers) is { } early)
        {
            throw early.Status == GrpcStatus.Ok ? new InvalidDataException("the answer is OK without a message") : early;
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var answer = await ReadFrameAsync(body, cancellationToken);
        if (ReadStatus(response.TrailingHeaders) is not { } end)
        {
            throw new InvalidDataException("the answer ends without a status");
        }

        return end.Status != GrpcStatus.Ok
            ? throw end
            : answer ?? throw new InvalidDataException("the answer is OK without a message");
    }

    public void Dispose() => _http.Dispose();

    private static byte[] Frame(ReadOnlySpan<byte> message)
    {
        var frame = new byte[PrefixSize + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(PrefixSize));
        return frame;
    }

    /// <summary>The one message of the body, or null when the body is empty. The body is read to its end, so that the trailers are there.</summary>
    private static async Task<byte[]?> ReadFrameAsync(Stream body, CancellationToken cancellationToken)
    {
        var prefix = new byte[PrefixSize];
        var read = await body.ReadAtLeastAsync(prefix, PrefixSize, throwOnEndOfStream: false, cancellationToken);
        if (read == 0)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1));
        if (read < PrefixSize || prefix[0] != 0 || length > MaxMessageSize)
        {
            throw new InvalidDataException(
                read < PrefixSize ? "the answer ends within a message's length"
                : prefix[0] != 0 ? "the answer is compressed, which was not asked for"
                : $"the answer is larger than {MaxMessageSize >> 20} MiB");
        }

        // Grown while it arrives: the length is the peer's word.
        using var message = new MemoryStream();
        var buffer = new byte[Math.Min((int)length + 1, 64 << 10)];
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (message.Length + count > length)
            {
                throw new InvalidDataException("the answer has more than one message");
            }

            message.Write(buffer, 0, count);
        }

        return message.Length == length ? message.ToArray() : throw new InvalidDataException("the answer ends within a message");
    }

    private static GrpcFailure? ReadStatus(HttpResponseHeaders headers)
    {
        if (!headers.TryGetValues("grpc-status", out var codes))
        {
            return null;
        }

        if (!int.TryParse(codes.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            throw new InvalidDataException("the status is no number");
        }

        var message = headers.TryGetValues("grpc-message", out var messages) ? Uri.UnescapeDataString(messages.First()) : "";
        message = message.Length > MaxStatusMessage ? message[..MaxStatusMessage] + "…" : message;
        return new GrpcFailure((GrpcStatus)code, string.Concat(message.Select(letter => char.IsControl(letter) ? ' ' : letter)));
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
