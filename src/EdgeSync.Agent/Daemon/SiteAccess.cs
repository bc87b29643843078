using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Primitives.Failures;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeSync.Agent.Daemon;

/// <summary>
/// Access to the site for verbs that work with and without a daemon: asks the running daemon over its socket; if none runs, takes the state lock and uses
/// the same services in this process.
/// </summary>
internal static class SiteAccess
{
    /// <summary>How long to wait for another edgesync that holds the state lock and has no socket: it is starting or ending.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(200);

    public static Task<TAnswer> AskAsync<TService, TAnswer>(
        AgentConfiguration configuration, Func<LocalApiClient, Task<TAnswer>> askDaemon, Func<TService, Task<TAnswer>> askService)
        where TService : notnull => AskOrRunAsync(
            configuration,
            TimeProvider.System,
            askDaemon,
            async () =>
            {
                AgentDirectories.Create(configuration);
                using var stateLock = StateLock.Take(configuration.StateDirectory);
                await using var services = new ServiceCollection().AddLogging().AddMetrics().AddSite(configuration).BuildServiceProvider();
                return await askService(services.GetRequiredService<TService>());
            },
            CancellationToken.None);

    /// <summary>
    /// Asks the daemon; where none answers, <paramref name="runHere"/> takes the state lock and does the work. Waits for another edgesync that has the lock and
    /// no socket yet, or no longer.
    /// </summary>
    public static async Task<TAnswer> AskOrRunAsync<TAnswer>(
        AgentConfiguration configuration, TimeProvider time, Func<LocalApiClient, Task<TAnswer>> askDaemon, Func<Task<TAnswer>> runHere, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
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
                    // A killed daemon leaves its socket behind. A running daemon that does not answer holds the lock, and the lock's failure says so.
                }
            }

            try
            {
                return await runHere();
            }
            catch (StorageException failure) when (failure.Reason == StateLock.InUse && time.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(AskAgain, time, cancellationToken);
            }
        }
    }
}
