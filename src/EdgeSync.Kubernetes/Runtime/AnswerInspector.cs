using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;

namespace EdgeSync.Kubernetes.Runtime;

/// <summary>
/// The HTTP/2 connection over the runtime's Unix socket. It refuses answers that are not gRPC and remembers the answer of each call, because
/// the gRPC client reports its own errors (no status, a broken message) with the same status codes as the runtime's.
/// </summary>
internal sealed class AnswerInspector(string socketPath) : DelegatingHandler(CreateConnection(socketPath))
{
    private readonly AsyncLocal<Exchange?> _current = new();

    /// <summary>Starts to remember the answer of the next call of this asynchronous flow.</summary>
    public Exchange Begin() => _current.Value = new Exchange();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK
            || response.Content.Headers.ContentType?.MediaType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            using (response)
            {
                throw new FormatException($"the answer is HTTP {(int)response.StatusCode} and not gRPC");
            }
        }

        _current.Value?.Answer = response;
        return response;
    }

    private static SocketsHttpHandler CreateConnection(string path) => new()
    {
        ConnectCallback = (_, cancellationToken) => ConnectAsync(path, cancellationToken),
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        MaxResponseHeadersLength = 64,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
    };

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

    /// <summary>One call and its answer.</summary>
    internal sealed class Exchange
    {
        public HttpResponseMessage? Answer { get; set; }

        /// <summary>The status that the runtime sent, in the trailers or, when the call failed at once, among the headers; null without one.</summary>
        public StatusCode? Status => Text is { } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? (StatusCode)code : null;

        /// <summary>The same as it was sent.</summary>
        public string? Text =>
            Answer is null ? null
            : Answer.TrailingHeaders.TryGetValues("grpc-status", out var sent) || Answer.Headers.TryGetValues("grpc-status", out sent) ? sent.First()
            : null;
    }
}
