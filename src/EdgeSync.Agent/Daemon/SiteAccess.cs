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

    public static async Task<TAnswer> AskAsync<TService, TAnswer>(
        AgentConfiguration configuration, Func<LocalApiClient, Task<TAnswer>> askDaemon, Func<TService, Task<TAnswer>> askService)
        where TService : notnull
    {
        var started = TimeProvider.System.GetTimestamp();
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

            AgentDirectories.Create(configuration);
            try
            {
                using var stateLock = StateLock.Take(configuration.StateDirectory);
                await using var services = new ServiceCollection().AddLogging().AddMetrics().AddSite(configuration).BuildServiceProvider();
                return await askService(services.GetRequiredService<TService>());
            }
            catch (StorageException failure) when (failure.Reason == StateLock.InUse && TimeProvider.System.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(AskAgain, TimeProvider.System);
            }
        }
    }
}
