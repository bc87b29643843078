using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Storage;

namespace EdgeSync.Hq.Ingestion;

/// <summary>Sends the commands that operators and programs request.</summary>
internal sealed partial class SiteCommands(ISitePublisher publisher, DiffStore diffs, TimeProvider clock, ILogger<SiteCommands> logger)
{
    /// <summary>Throws <see cref="HqException"/> if the broker does not accept the command.</summary>
    public async Task SendAsync(SiteState site, CommandKind kind, string by, CancellationToken cancellationToken)
    {
        var command = kind switch
        {
            CommandKind.ResendFrom => new SiteCommand(kind, (site.Head?.Number ?? 0) + 1),
            CommandKind.SendDiff => new SiteCommand(kind, Request: diffs.Ask(site.Id, by, clock.GetUtcNow())),
            _ => new SiteCommand(kind),
        };
        await publisher.SendAsync(site.Key, command, cancellationToken);
        LogSent(logger, site.Key, kind, by);
    }

    [LoggerMessage(HqEventIds.CommandSent, LogLevel.Information, "{User} sent {Action} to {Site}")]
    private static partial void LogSent(ILogger logger, SiteKey site, CommandKind action, string user);
}
