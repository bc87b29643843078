using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Failures;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Agent.State;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Staging;
using EdgeSync.Signing.Policies;
using EdgeSync.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Trust;

/// <summary>The way to a site's trust: the running daemon, and where none runs the state itself, under the lock that keeps a daemon away.</summary>
internal static class TrustDoor
{
    public static AgentException NoRoot() => new("NoTrustRoot", "this site was not installed with a trust root: its keys stand in its configuration")
    {
        Hint = "Change them there, under 'trust'; or install a trust root (docs/trust-roots.md).",
        ExitCode = ExitCodes.BadConfiguration,
    };

    /// <summary>The policy that the configuration of a site leads to, for judging beside a running agent.</summary>
    public static async Task<TrustPolicy> ReadPolicyAsync(AgentConfiguration configuration, CancellationToken cancellationToken) =>
        configuration.Trust.Root is { } root
            ? RootPolicy.Of((await SiteTrust.StoreOf(configuration).LoadAsync(root, configuration.Fleet, cancellationToken)).State).Policy
            : await configuration.Trust.LoadPolicyAsync(cancellationToken);

    public static async Task<T> AskAsync<T>(
        AgentConfiguration configuration,
        Func<LocalApiClient, Task<T>> askDaemon,
        Func<SiteTrust, Task<T>> askHere,
        CancellationToken cancellationToken)
    {
        if (configuration.Trust.Root is null)
        {
            throw NoRoot();
        }

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

        AgentDirectories.Create(configuration);
        using var alone = StateLock.Take(configuration.StateDirectory);
        var database = SqliteDatabase.Open(AgentDirectories.Database(configuration), SiteSchema.Steps);
        var clock = Facts.CreateClock(database, remembered: null, TimeProvider.System);

        // A site that never ran has no ledger yet; it begins with what was brought until then.
        using var key = LedgerKey.IsMade(configuration) ? await LedgerKey.LoadAsync(configuration, cancellationToken) : null;
        var reporter = key is null ? null : new TrustReporter(database, new Ledger(database, Profile(configuration), key, clock));
        using var trust = await SiteTrust.OpenAsync(
            configuration, source: null, reporter, clock, NullLogger<SiteTrust>.Instance, cancellationToken);
        return await askHere(trust);
    }

    private static SiteProfile Profile(AgentConfiguration configuration) =>
        new(configuration.Fleet, configuration.Site, configuration.Labels, VersionCommand.Current);
}
