using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Oci.Mirror;
using EdgeSync.Primitives.Failures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Daemon;

/// <summary>
/// The running agent: workers, mirror, socket and link to HQ in one process. The daemon runs until it is stopped; <c>edgesync sync</c> without
/// a daemon runs the same for one pass.
/// </summary>
internal sealed partial class AgentHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly SiteComposition _composition;
    private readonly AgentConfiguration _configuration;

    private AgentHost(WebApplication application, SiteComposition composition, AgentConfiguration configuration)
    {
        _application = application;
        _composition = composition;
        _configuration = configuration;
    }

    public Site Site => _composition.Site;

    /// <summary>Builds everything; nothing runs yet. Raises an <see cref="EdgeSyncException"/> for what an operator must put right first.</summary>
    public static async Task<AgentHost> CreateAsync(AgentConfiguration configuration, bool isQuiet, CancellationToken cancellationToken)
    {
        AgentDirectories.Create(configuration);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = configuration.StateDirectory });
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, configuration));
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = ListenSocket.Create);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));

        var logs = LoggerFactory.Create(logging => AgentLogging.Configure(logging, configuration.Log, isQuiet));
        builder.Services.AddSingleton(logs);
        var log = logs.CreateLogger<AgentHost>();
        LogStarts(log, VersionCommand.Current, configuration.Site, configuration.Fleet, configuration.Mirror.Listen);
        foreach (var warning in configuration.Warnings)
        {
            LogConfigurationWarning(log, warning.ToString());
        }

        var composition = await SiteComposition.CreateAsync(configuration, logs, cancellationToken);
        builder.Services.AddHostedService(services => new WorkerHost(
            composition.Site, services.GetRequiredService<IHostApplicationLifetime>(), logs.CreateLogger<WorkerHost>()));
        builder.Services.AddHostedService(_ => new HoldExpiry(composition.Site.Holds, composition.Clock, logs.CreateLogger<HoldExpiry>()));
        if (composition.CreateHqLink(configuration, logs) is { } link)
        {
            builder.Services.AddHostedService(_ => link);
        }

        var application = builder.Build();
        MapEndpoints(application, composition);
        return new AgentHost(application, composition, configuration);
    }

    /// <summary>Starts everything. Raises an <see cref="EdgeSyncException"/> where the mirror's port is taken.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _application.StartAsync(cancellationToken);
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

    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _application.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        await _composition.DisposeAsync();
    }

    private static void Listen(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions kestrel, AgentConfiguration configuration)
    {
        // A socket that a killed process left behind would refuse the new one; the state lock says that nobody uses it.
        File.Delete(configuration.ControlSocket);
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Listen(configuration.Mirror.Listen);
        kestrel.ListenUnixSocket(configuration.ControlSocket);
    }

    // The mirror answers on the port only, the local API on the socket only.
    private static void MapEndpoints(WebApplication application, SiteComposition composition)
    {
        application.UseWhen(
            context => context.Connection.LocalIpAddress is null,
            socket => socket.Use(IsolateAsync("/v1/")));
        application.UseWhen(
            context => context.Connection.LocalIpAddress is not null,
            port => port.Use(IsolateAsync("/v2")));
        application.UseRouting();
        application.MapLocalApi(composition.Site, application.Lifetime.ApplicationStopping);
        application.MapHolds(composition.Site.HoldDesk);
        application.MapMirror(composition.Cache, composition.Shelf.Catalog, new MirrorOptions { ContentLost = _ => composition.Site.LookNow() });
    }

    private static Func<RequestDelegate, RequestDelegate> IsolateAsync(string prefix) => next => context =>
    {
        if (context.Request.Path.StartsWithSegments(prefix.TrimEnd('/'), StringComparison.Ordinal))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    };

    [LoggerMessage(AgentEventIds.ConfigurationWarning, LogLevel.Warning, "Configuration: {Message}")]
    private static partial void LogConfigurationWarning(ILogger logger, string message);

    [LoggerMessage(AgentEventIds.Started, LogLevel.Information, "EdgeSync {Version} starts for site {Site} of fleet {Fleet}, mirror on {Address}")]
    private static partial void LogStarts(ILogger logger, string version, string site, string fleet, System.Net.IPEndPoint address);
}
