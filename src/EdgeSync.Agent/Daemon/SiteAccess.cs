using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.LocalApi;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeSync.Agent.Daemon;

/// <summary>
/// Access to the site for verbs that work with and without a daemon: asks the running daemon over its socket; if none runs, takes the state lock and uses
/// the same services in this process.
/// </summary>
internal static class SiteAccess
{
    public static async Task<TAnswer> AskAsync<TService, TAnswer>(
        AgentConfiguration configuration, Func<LocalApiClient, Task<TAnswer>> askDaemon, Func<TService, Task<TAnswer>> askService)
        where TService : notnull
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
        using var stateLock = StateLock.Take(configuration.StateDirectory);
        await using var services = new ServiceCollection().AddLogging().AddMetrics().AddSite(configuration).BuildServiceProvider();
        return await askService(services.GetRequiredService<TService>());
    }
}
