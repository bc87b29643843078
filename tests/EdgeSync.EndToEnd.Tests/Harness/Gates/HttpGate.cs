using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeSync.EndToEnd.Tests.Harness.Gates;

/// <summary>
/// A reverse proxy in front of a real HTTP peer (registry, API server, container runtime) that knows each request, can stop one at a chosen
/// point, and can be cut: then everything open breaks and nothing more gets through.
/// </summary>
internal sealed class HttpGate : IAsyncDisposable
{
    private static readonly string[] HopHeaders = ["Host", "Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "TE"];

    private readonly HttpMessageInvoker _peer;
    private readonly Uri _target;
    private readonly ConcurrentQueue<GatedRequest> _requests = [];
    private readonly ConcurrentDictionary<GateStop, bool> _stops = [];
    private readonly Version _version;
    private WebApplication _server = null!;
    private CancellationTokenSource _link = new();

    private HttpGate(Uri target, SocketsHttpHandler handler, Version version)
    {
        _target = target;
        _version = version;
        _peer = new HttpMessageInvoker(handler);
    }

    /// <summary>Where it listens: <c>http://127.0.0.1:PORT/</c>.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Every request that has come through, in order.</summary>
    public IReadOnlyList<GatedRequest> Requests => [.. _requests];

    /// <summary>Stands before a peer that listens on a port; the certificate of one with TLS is taken as it is.</summary>
    public static async Task<HttpGate> BeforeAsync(Uri target, SocketsHttpHandler? handler = null)
    {
        handler ??= new SocketsHttpHandler();
        handler.UseProxy = false;
        handler.AllowAutoRedirect = false;
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        var gate = new HttpGate(target, handler, HttpVersion.Version11);
        await gate.ListenAsync(options => options.Listen(IPAddress.Loopback, 0));
        gate.Address = new Uri(gate._server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return gate;
    }

    /// <summary>Stands before a gRPC peer on a Unix socket, with a socket of its own.</summary>
    public static async Task<HttpGate> BeforeSocketAsync(string targetPath, string ownPath)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(targetPath), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        var gate = new HttpGate(new Uri("http://localhost"), handler, HttpVersion.Version20);
        await gate.ListenAsync(options => options.ListenUnixSocket(ownPath, listen => listen.Protocols = HttpProtocols.Http2));
        return gate;
    }

    /// <summary>Plans a stop for the next request that is wanted; only reads, as a site makes them, unless said otherwise.</summary>
    public GateStop Stop(Func<GatedRequest, bool> isWanted, GatePoint point = GatePoint.Request, long afterBytes = 0)
    {
        var stop = new GateStop(isWanted, point, afterBytes);
        _stops[stop] = true;
        return stop;
    }

    /// <summary>Breaks every open connection and every later one.</summary>
    public void Cut() => _link.Cancel();

    /// <summary>Lets requests through again.</summary>
    public void Mend()
    {
        if (_link.IsCancellationRequested)
        {
            _link = new CancellationTokenSource();
        }
    }

    /// <summary>As it was at the start: mended, and without stops.</summary>
    public void Reset()
    {
        foreach (var stop in _stops.Keys)
        {
            stop.Release();
        }

        _stops.Clear();
        Mend();
    }

    public async ValueTask DisposeAsync()
    {
        Reset();
        Cut();
        await _server.DisposeAsync();
        _peer.Dispose();
    }

    private async Task ListenAsync(Action<KestrelServerOptions> listen)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = null;
            options.Limits.MinResponseDataRate = null;
            listen(options);
        });
        _server = builder.Build();
        _server.Run(PassAsync);
        await _server.StartAsync();
    }

    private async Task PassAsync(HttpContext context)
    {
        using var open = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _link.Token);
        try
        {
            var from = context.Request.GetTypedHeaders().Range?.Ranges.FirstOrDefault()?.From ?? 0;
            var request = new GatedRequest(
                context.Request.Method, context.Request.Path.Value!, context.Request.QueryString.Value ?? "", from);
            _requests.Enqueue(request);
            var stop = _stops.Keys.FirstOrDefault(stop => stop.Takes(request));
            await (stop?.PassAsync(request, GatePoint.Request, open.Token) ?? Task.CompletedTask);
            using var question = Question(context);
            using var answer = await _peer.SendAsync(question, open.Token);
            await (stop?.PassAsync(request, GatePoint.Answer, open.Token) ?? Task.CompletedTask);
            await AnswerAsync(context, answer, request, stop, open.Token);
        }
        catch (Exception failure) when (failure is OperationCanceledException or HttpRequestException or IOException)
        {
            context.Abort();
        }
    }

    private HttpRequestMessage Question(HttpContext context)
    {
        var from = context.Request;
        var question = new HttpRequestMessage(new HttpMethod(from.Method), new Uri(_target, from.Path.Value + from.QueryString.Value))
        {
            Version = _version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = context.Features.Get<IHttpRequestBodyDetectionFeature>()!.CanHaveBody ? new StreamContent(from.Body) : null,
        };
        foreach (var header in from.Headers.Where(h => !h.Key.StartsWith(':') && !HopHeaders.Contains(h.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (!question.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string?>)header.Value))
            {
                question.Content?.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string?>)header.Value);
            }
        }

        if (_version == HttpVersion.Version20)
        {
            question.Headers.TE.ParseAdd("trailers");
        }
        else
        {
            // A registry names itself in its answers by this.
            question.Headers.Host = from.Host.Value;
        }

        return question;
    }

    private static async Task AnswerAsync(
        HttpContext context, HttpResponseMessage answer, GatedRequest request, GateStop? stop, CancellationToken cancellationToken)
    {
        var to = context.Response;
        to.StatusCode = (int)answer.StatusCode;
        foreach (var header in answer.Headers.Concat(answer.Content.Headers).Where(h => !HopHeaders.Contains(h.Key, StringComparer.OrdinalIgnoreCase)))
        {
            to.Headers[header.Key] = header.Value.ToArray();
        }

        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var piece = new byte[16 * 1024];
        var isStopped = stop is null;
        int read;
        while ((read = await body.ReadAsync(piece.AsMemory(0, Room(stop, request, isStopped)), cancellationToken)) > 0)
        {
            await to.Body.WriteAsync(piece.AsMemory(0, read), cancellationToken);
            await to.Body.FlushAsync(cancellationToken);
            request.Count(read);
            if (!isStopped && request.BytesDown >= stop!.AfterBytes)
            {
                isStopped = true;
                await stop.PassAsync(request, GatePoint.Body, cancellationToken);
            }
        }

        foreach (var trailer in answer.TrailingHeaders)
        {
            to.AppendTrailer(trailer.Key, trailer.Value.ToArray());
        }
    }

    private static int Room(GateStop? stop, GatedRequest request, bool isStopped) =>
        stop is null || isStopped ? 16 * 1024 : (int)Math.Clamp(stop.AfterBytes - request.BytesDown, 1, 16 * 1024);
}
