using EdgeSync.Kubernetes.Runtime;
using EdgeSync.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Kubernetes.Tests.Runtime;

/// <summary>A server on a Unix socket over HTTP/2 that gives answers which no real runtime gives.</summary>
internal sealed class ScriptedRuntime : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly WebApplication _server;

    private ScriptedRuntime(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(SocketPath, listen => listen.Protocols = HttpProtocols.Http2));
        _server = builder.Build();
        _server.Run(answer);
    }

    public string SocketPath => _directory["s.sock"];

    public static async Task<ScriptedRuntime> StartAsync(RequestDelegate answer)
    {
        var runtime = new ScriptedRuntime(answer);
        await runtime._server.StartAsync();
        return runtime;
    }

    /// <summary>An answer of these body bytes, then these trailers.</summary>
    public static Task<ScriptedRuntime> StartAsync(byte[] body, params (string Name, string Value)[] trailers) => StartAsync(async context =>
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(body);
        foreach (var (name, value) in trailers)
        {
            context.Response.AppendTrailer(name, value);
        }
    });

    public ContainerRuntimeClient CreateClient(TimeProvider? time = null) =>
        new(new ContainerRuntimeOptions { SocketPath = SocketPath }, time ?? TimeProvider.System);

    /// <summary>A message with its five bytes before it.</summary>
    public static byte[] Frame(params byte[] message) => [0, 0, 0, 0, (byte)message.Length, .. message];

    public async ValueTask DisposeAsync()
    {
        // Not a graceful stop: a call that a test leaves open would hold it up.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _server.StopAsync(now.Token);
        await _server.DisposeAsync();
        _directory.Dispose();
    }
}
