using EdgeSync.Agent.Configuration;
using EdgeSync.Primitives.Failures;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EdgeSync.Agent.Daemon;

/// <summary>
/// Kestrel with two doors: the mirror answers on the loopback port only, the local API on the Unix socket only. The server stands alone: a web
/// application around it (router, container, configuration) would do nothing for three fixed paths but grow the binary.
/// </summary>
internal sealed class SiteServer : IHttpApplication<HttpContext>, IDisposable
{
    private readonly AgentConfiguration _configuration;
    private readonly RequestDelegate _mirror;
    private readonly RequestDelegate _localApi;
    private readonly KestrelServer _kestrel;

    public SiteServer(AgentConfiguration configuration, RequestDelegate mirror, RequestDelegate localApi, ILoggerFactory logs)
    {
        _configuration = configuration;
        _mirror = mirror;
        _localApi = localApi;
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = 0;
        options.Listen(configuration.Mirror.Listen, SpeakPlainly);
        options.ListenUnixSocket(configuration.ControlSocket, SpeakPlainly);
        var sockets = new SocketTransportOptions { CreateBoundListenSocket = ListenSocket.Create };
        _kestrel = new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(sockets), logs), logs);
    }

    /// <summary>Starts to listen. Raises an <see cref="EdgeSyncException"/> where the mirror's port is taken.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // A socket that a killed process left behind would refuse the new one; the state lock says that nobody uses it.
        File.Delete(_configuration.ControlSocket);
        try
        {
            await _kestrel.StartAsync(this, cancellationToken);
        }
        catch (IOException failure)
        {
            throw new StorageException("AddressInUse", $"cannot listen: {failure.Message}", failure)
            {
                Subject = _configuration.Mirror.Listen.ToString(),
                Hint = "Another process uses the mirror's port; choose another one with mirror.listen, and run 'edgesync setup' again.",
                ExitCode = ExitCodes.Unavailable,
            };
        }

        File.SetUnixFileMode(_configuration.ControlSocket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>Takes no more connections and waits for requests to end; those that do not end until the token says so are cut off.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _kestrel.StopAsync(cancellationToken);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context) =>
        context.Connection.LocalIpAddress is null ? _localApi(context) : _mirror(context);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // Kestrel owns all that the context holds.
    }

    public void Dispose() => _kestrel.Dispose();

    private static void SpeakPlainly(ListenOptions listen) => listen.Protocols = HttpProtocols.Http1;
}
