using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Agent.Logging;
using EdgeSync.Agent.Time;
using EdgeSync.Oci.Mirror;
using EdgeSync.Primitives.Failures;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Daemon;

/// <summary>
/// The running agent: workers, mirror, socket and link to HQ in one process. The daemon runs until it is stopped; <c>edgesync sync</c> without
/// a daemon runs the same for one pass.
/// </summary>
internal sealed partial class AgentHost : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    private readonly SiteComposition _composition;
    private readonly SiteServer _server;
    private readonly List<BackgroundService> _services;
    private readonly CancellationTokenSource _stopping;
    private readonly ILogger _log;

    private AgentHost(SiteComposition composition, SiteServer server, List<BackgroundService> services, CancellationTokenSource stopping, ILogger log)
    {
        _composition = composition;
        _server = server;
        _services = services;
        _stopping = stopping;
        _log = log;
    }

    public Site Site => _composition.Site;

    /// <summary>Builds everything; nothing runs yet. Raises an <see cref="EdgeSyncException"/> for what an operator must put right first.</summary>
    public static async Task<AgentHost> CreateAsync(AgentConfiguration configuration, bool isQuiet, CancellationToken cancellationToken)
    {
        var logs = new ConsoleLogs(Console.OpenStandardOutput(), TimeProvider.System, configuration.Log, isQuiet);
        var log = logs.CreateLogger<AgentHost>();
        LogStarts(log, VersionCommand.Current, configuration.Site, configuration.Fleet, configuration.Mirror.Listen);
        foreach (var warning in configuration.Warnings)
        {
            LogConfigurationWarning(log, warning.ToString());
        }

        AgentDirectories.Create(configuration);
        var composition = await SiteComposition.CreateAsync(configuration, logs, cancellationToken);
        var services = new List<BackgroundService>
        {
            new WorkerHost(composition.Site, logs.CreateLogger<WorkerHost>()),
            new TimeKeeper(composition.Store, composition.Clock, composition.Site.SayChanged, logs.CreateLogger<TimeKeeper>()),
            new HoldExpiry(composition.Site.Holds, composition.Settled, logs.CreateLogger<HoldExpiry>()),
            new LedgerSigning(composition.Ledger, TimeProvider.System, new Random(), logs.CreateLogger<LedgerSigning>()),
            new MemoryTrim(TimeProvider.System),
        };
        if (composition.Renewer is { } renewer)
        {
            renewer.Changed += composition.Site.SayChanged;
            services.Add(renewer);
        }

        if (composition.CreateHqLink(configuration, logs) is { } link)
        {
            services.Add(link);
        }

        var stopping = new CancellationTokenSource();
        var mirror = MirrorEndpoints.Create(
            composition.Cache, composition.Shelf.Catalog, new MirrorOptions { ContentLost = _ => composition.Site.ContentLost() }, logs);
        var server = new SiteServer(configuration, mirror, new LocalApiEndpoints(composition.Site, stopping.Token).AnswerAsync, logs);
        return new AgentHost(composition, server, services, stopping, log);
    }

    /// <summary>Starts everything: the mirror first, which the pods of the last-good bundle may be waiting for.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _server.StartAsync(cancellationToken);
        foreach (var service in _services)
        {
            await service.StartAsync(cancellationToken);
        }
    }

    /// <summary>Waits until the token says stop, which is true; or until a part has failed, which only a fault of EdgeSync can make it do.</summary>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        var ended = await Task.WhenAny(_services.Select(service => WatchAsync(service, cancellationToken)));
        if (ended.Exception is { } fault)
        {
            LogEnded(_log, fault.InnerException);
            return false;
        }

        return true;
    }

    /// <summary>Stops what runs, the newest first, and gives everything back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        using var patience = new CancellationTokenSource(StopTimeout, TimeProvider.System);
        for (var last = _services.Count - 1; last >= 0; last--)
        {
            await _services[last].StopAsync(patience.Token);
            _services[last].Dispose();
        }

        await _server.StopAsync(patience.Token);
        _server.Dispose();
        _stopping.Dispose();
        NoteTime();
        await _composition.DisposeAsync();
    }

    // So that the status without an agent can say until when there was one.
    private void NoteTime()
    {
        try
        {
            _composition.Store.NoteTime();
        }
        catch (StorageException failure)
        {
            LogTimeNotNoted(_log, failure.Message);
        }
    }

    private static async Task WatchAsync(BackgroundService service, CancellationToken cancellationToken)
    {
        await service.ExecuteTask!;
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }

    [LoggerMessage(AgentEventIds.ConfigurationWarning, LogLevel.Warning, "Configuration: {Message}")]
    private static partial void LogConfigurationWarning(ILogger logger, string message);

    [LoggerMessage(AgentEventIds.TimeNotNoted, LogLevel.Warning, "Cannot note when the agent stopped: {Message}")]
    private static partial void LogTimeNotNoted(ILogger logger, string message);

    [LoggerMessage(AgentEventIds.Started, LogLevel.Information, "EdgeSync {Version} starts for site {Site} of fleet {Fleet}, mirror on {Address}")]
    private static partial void LogStarts(ILogger logger, string version, string site, string fleet, System.Net.IPEndPoint address);

    [LoggerMessage(AgentEventIds.PartEnded, LogLevel.Critical, "A part of the agent ended by a fault of EdgeSync; the agent stops to be started anew")]
    private static partial void LogEnded(ILogger logger, Exception? cause);
}
