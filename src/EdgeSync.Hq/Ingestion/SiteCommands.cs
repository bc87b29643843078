using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Ingestion;

/// <summary>Sends the commands that operators and programs request.</summary>
internal sealed partial class SiteCommands(ISitePublisher publisher, ILogger<SiteCommands> logger)
{
    /// <summary>Throws <see cref="HqException"/> if the broker does not accept the command.</summary>
    public async Task SendAsync(SiteState site, CommandKind kind, string by, CancellationToken cancellationToken)
    {
        var command = kind == CommandKind.ResendFrom ? new SiteCommand(kind, (site.Head?.Number ?? 0) + 1) : new SiteCommand(kind);
        await publisher.SendAsync(site.Key, command, cancellationToken);
        LogSent(logger, site.Key, kind, by);
    }

    [LoggerMessage(HqEventIds.CommandSent, LogLevel.Information, "{User} sent {Action} to {Site}")]
    private static partial void LogSent(ILogger logger, SiteKey site, CommandKind action, string user);
}
