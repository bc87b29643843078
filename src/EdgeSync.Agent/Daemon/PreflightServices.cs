using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Holds;
using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Daemon;

/// <summary>Registers what preflights need: their deadline, their entry in the ledger, and the one that runs.</summary>
internal static class PreflightServices
{
    public static IServiceCollection AddPreflights(this IServiceCollection services, AgentConfiguration configuration)
    {
        services.AddSingleton<ActivationLimits>();
        services.AddSingleton<IActivationLimits>(provider => provider.GetRequiredService<ActivationLimits>());
        services.AddSingleton(provider => new PreflightService(
            provider.GetRequiredService<SqliteDatabase>(),
            provider.GetRequiredService<Ledger>(),
            provider.GetRequiredService<ActivationLimits>(),
            provider.GetRequiredService<SiteClock>()));
        services.AddSingleton(provider => new PreflightJobs(
            configuration,
            provider.GetRequiredService<PreflightService>(),
            provider.GetRequiredService<HoldService>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PreflightJobs>>()));
        return services.AddHostedService(provider => provider.GetRequiredService<PreflightJobs>());
    }
}
