using System.Net;
using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Agent.Logging;
using EdgeSync.Agent.Metrics;
using EdgeSync.Agent.Page;
using EdgeSync.Oci.Mirror;
using EdgeSync.Primitives.Failures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Daemon;

/// <summary>
/// The agent as a host: the site's services, its background services, and Kestrel for the mirror, the local API and the technician's page. The daemon runs until it is stopped;
/// <c>edgesync sync</c> without a daemon runs the same host for one pass.
/// </summary>
internal sealed partial class AgentHost : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    private readonly WebApplication _application;
    private readonly StateLock _stateLock;

    private AgentHost(WebApplication application, StateLock stateLock)
    {
        _application = application;
        _stateLock = stateLock;
    }

    public Site Site => _application.Services.GetRequiredService<Site>();

    /// <summary>Builds the host and takes the state lock; nothing runs yet. Raises an <see cref="EdgeSyncException"/> for what an operator must correct first.</summary>
    public static async Task<AgentHost> CreateAsync(AgentConfiguration configuration, bool isOnePass, CancellationToken cancellationToken)
    {
        var application = Build(configuration, isOnePass);
        try
        {
            var log = application.Services.GetRequiredService<ILogger<AgentHost>>();
            LogStarts(log, VersionCommand.Current, configuration.Site, configuration.Fleet, configuration.Mirror.Listen);
            foreach (var warning in configuration.Warnings)
            {
                LogConfigurationWarning(log, warning.ToString());
            }

            AgentDirectories.Create(configuration);
            return new AgentHost(application, await StateLock.WaitAsync(configuration.StateDirectory, TimeProvider.System, cancellationToken));
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Starts the background services and the server. A port of mirror or page that is taken is no failure (<see cref="RetryingListener"/>); raises an
    /// <see cref="EdgeSyncException"/> if the local API cannot listen.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _ = _application.Services.GetRequiredService<AgentMetrics>();
        var mirror = _application.Services.GetRequiredKeyedService<RequestDelegate>(nameof(MirrorEndpoints));
        if (_application.Services.GetService<PageSection>() is { } page)
        {
            var show = _application.Services.GetRequiredKeyedService<RequestDelegate>(nameof(PageApp));
            _application.MapWhen(context => context.Connection.LocalPort == page.Listen.Port, branch => branch.Run(show));
        }

        _application.MapWhen(context => context.Connection.LocalIpAddress is not null, branch => branch.Run(mirror));
        _application.UseRouting();
        _application.MapLocalApi();
        try
        {
            await _application.StartAsync(cancellationToken);
        }
        catch (IOException failure)
        {
            var socket = _application.Services.GetRequiredService<AgentConfiguration>().ControlSocket;
            throw new StorageException("AddressInUse", $"cannot listen on the socket '{socket}', which another process uses", failure)
            {
                Subject = socket,
                Hint = "End the other process, or choose another folder with runDirectory.",
                ExitCode = ExitCodes.Unavailable,
            };
        }
    }

    /// <summary>
    /// Runs until the token is cancelled, and then stops; true in that case. A background service that fails stops the host as well, which only a bug of
    /// EdgeSync can cause; then false.
    /// </summary>
    public async Task<bool> WaitForShutdownAsync(CancellationToken cancellationToken)
    {
        var failed = false;
        using var stopping = _application.Lifetime.ApplicationStopping.Register(() => failed = ReportFailures());
        await _application.WaitForShutdownAsync(cancellationToken);
        return !failed;
    }

    /// <summary>Stops what runs, and disposes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_application.Lifetime.ApplicationStopped.IsCancellationRequested)
            {
                await _application.StopAsync(CancellationToken.None);
            }
        }
        finally
        {
            await _application.DisposeAsync();
            _stateLock.Dispose();
        }
    }

    private static WebApplication Build(AgentConfiguration configuration, bool isOnePass)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSite(configuration, isOnePass);
        builder.Services.AddSingleton<IHostLifetime, VerbLifetime>();
        if (!isOnePass)
        {
            builder.Services.AddSystemdNotifications();
        }

        builder.Logging.AddAgentConsole(configuration.Log, isQuiet: isOnePass);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopTimeout);
        builder.Services.AddLocalApi();
        builder.Services.Configure<SocketTransportOptions>(options => options.CreateBoundListenSocket = ListenSocket.Create);
        builder.Services.AddSingleton<MirrorListener>();
        builder.Services.AddSingleton<RetryingListener>(provider => provider.GetRequiredService<MirrorListener>());
        var page = isOnePass ? null : configuration.Page;
        if (page is not null)
        {
            builder.Services.AddPage(page, configuration);
        }

        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = 0;
            options.Listen(configuration.Mirror.Listen, UseHttp1);
            options.ListenUnixSocket(configuration.ControlSocket, UseHttp1);
            if (page is not null)
            {
                options.ListenForPage(page);
            }
        });

        // After Kestrel's own factory, so that Kestrel asks these first.
        builder.Services.AddSingleton<IConnectionListenerFactory>(provider => provider.GetRequiredService<MirrorListener>());
        if (page is not null)
        {
            builder.Services.AddSingleton<IConnectionListenerFactory>(provider => provider.GetRequiredService<PageListener>());
        }

        return builder.Build();

        static void UseHttp1(ListenOptions listen) => listen.Protocols = HttpProtocols.Http1;
    }

    private bool ReportFailures()
    {
        var log = _application.Services.GetRequiredService<ILogger<AgentHost>>();
        var failed = false;
        foreach (var service in _application.Services.GetServices<IHostedService>().OfType<BackgroundService>())
        {
            if (service.ExecuteTask?.Exception?.InnerException is { } cause)
            {
                LogFailed(log, cause);
                failed = true;
            }
        }

        return failed;
    }

    /// <summary>The command line handles SIGINT and SIGTERM for every verb; the host's own console lifetime would handle them a second time.</summary>
    private sealed class VerbLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    [LoggerMessage(AgentEventIds.ConfigurationWarning, LogLevel.Warning, "Configuration: {Message}")]
    private static partial void LogConfigurationWarning(ILogger logger, string message);

    [LoggerMessage(AgentEventIds.Started, LogLevel.Information, "EdgeSync {Version} starts for site {Site} of fleet {Fleet}, mirror on {Address}")]
    private static partial void LogStarts(ILogger logger, string version, string site, string fleet, IPEndPoint address);

    [LoggerMessage(AgentEventIds.PartEnded, LogLevel.Critical, "A component of the agent failed; the agent stops so that the service manager restarts it")]
    private static partial void LogFailed(ILogger logger, Exception cause);
}
