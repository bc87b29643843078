using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Night;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Daemon;

/// <summary>Registers the reports of nights.</summary>
internal static class NightServices
{
    /// <summary>The daemon reports; a verb that runs one pass does not.</summary>
    public static IServiceCollection AddNightReports(this IServiceCollection services, AgentConfiguration configuration, bool isOnePass)
    {
        services.AddSingleton<TransferLog>();
        return isOnePass ? services : services.AddHostedService(provider =>
        {
            var site = provider.GetRequiredService<Site>();
            var reporter = new NightReporter(
                configuration,
                () => site.Status().Channels,
                provider.GetRequiredService<Ledger>(),
                provider.GetRequiredService<SqliteDatabase>(),
                provider.GetRequiredService<SiteClock>(),
                provider.GetRequiredService<ILogger<NightReporter>>());
            site.Changed += reporter.Wake;
            return reporter;
        });
    }
}
