using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Ingestion;

/// <summary>The hints that people and programs send to a site.</summary>
internal sealed partial class SiteCommands(ISitePublisher publisher, ILogger<SiteCommands> logger)
{
    /// <summary>Throws <see cref="HqException"/> where the broker does not take it.</summary>
    public async Task SendAsync(SiteState site, CommandKind kind, string by, CancellationToken cancellationToken)
    {
        var command = kind == CommandKind.ResendFrom ? new SiteCommand(kind, (site.Head?.Number ?? 0) + 1) : new SiteCommand(kind);
        await publisher.SendAsync(site.Key, command, cancellationToken);
        LogSent(logger, site.Key, kind, by);
    }

    [LoggerMessage(HqEventIds.CommandSent, LogLevel.Information, "Sent {Action} to {Site} for {User}")]
    private static partial void LogSent(ILogger logger, SiteKey site, CommandKind action, string user);
}
