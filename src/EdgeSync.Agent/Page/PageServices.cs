using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Page.Access;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Page;

/// <summary>Registers the technician's page; where it is off, nothing of it is created.</summary>
internal static class PageServices
{
    public static IServiceCollection AddPage(this IServiceCollection services, PageSection page, AgentConfiguration configuration)
    {
        services.AddSingleton(page);
        services.AddSingleton(new PagePin(configuration.StateDirectory));
        services.AddSingleton<PinTries>();
        services.AddSingleton<PageSessions>();
        services.AddSingleton<PageAccess>();
        services.AddSingleton<LedgerReader>();
        services.AddSingleton<IPageSite, PageSite>();
        services.AddSingleton(provider => new PageForms(provider.GetRequiredService<IPageSite>(), provider.GetRequiredService<SiteClock>()));
        services.AddSingleton<PageEvents>();
        services.AddSingleton<PageApp>();
        services.AddKeyedSingleton<RequestDelegate>(nameof(PageApp), (provider, _) => provider.GetRequiredService<PageApp>().HandleAsync);
        services.AddSingleton(provider => new PageCertificate(
            page, configuration.StateDirectory, configuration.Site, provider.GetRequiredService<SiteClock>(), provider.GetRequiredService<ILogger<PageCertificate>>()));
        services.AddSingleton<PageListener>();
        return services.AddSingleton<RetryingListener>(provider => provider.GetRequiredService<PageListener>());
    }
}
