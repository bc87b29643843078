using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Holds;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Agent.State;
using EdgeSync.Reconciliation.Staging;
using EdgeSync.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Commands;

/// <summary>The way to a site's holds: the running daemon, and where none runs the state itself, under the lock that keeps a daemon away.</summary>
internal static class HoldDoor
{
    public static async Task<HoldAnswer> AskAsync(
        AgentConfiguration configuration,
        Func<LocalApiClient, Task<HoldAnswer>> askDaemon,
        Func<HoldDesk, HoldAnswer> askHere,
        CancellationToken cancellationToken)
    {
        if (File.Exists(configuration.ControlSocket))
        {
            try
            {
                using var daemon = new LocalApiClient(configuration.ControlSocket);
                return await askDaemon(daemon);
            }
            catch (LocalApiException)
            {
                // A killed daemon leaves its socket behind. One that lives and does not answer has the lock, and that is said below.
            }
        }

        return await AskHereAsync(configuration, askHere, cancellationToken);
    }

    private static async Task<HoldAnswer> AskHereAsync(
        AgentConfiguration configuration, Func<HoldDesk, HoldAnswer> ask, CancellationToken cancellationToken)
    {
        AgentDirectories.Create(configuration);
        using var alone = StateLock.Take(configuration.StateDirectory);
        var database = SqliteDatabase.Open(AgentDirectories.Database(configuration), SiteSchema.Steps);
        var clock = Facts.CreateClock(database, remembered: null, TimeProvider.System);
        using var key = await LedgerKey.LoadAsync(configuration, cancellationToken);
        var profile = new SiteProfile(configuration.Fleet, configuration.Site, configuration.Labels, VersionCommand.Current);
        var holds = new HoldStore(database, new Ledger(database, profile, key, clock), clock, NullLogger<HoldStore>.Instance);
        return ask(new HoldDesk(holds, [.. configuration.Channels.Select(channel => channel.Name)], clock));
    }
}
