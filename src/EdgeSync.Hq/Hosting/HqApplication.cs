using EdgeSync.Hq.Api;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Configuration;
using EdgeSync.Hq.Enrolments;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Monitoring;
using EdgeSync.Hq.Storage;
using EdgeSync.Hq.Web;
using Microsoft.Extensions.Options;

namespace EdgeSync.Hq.Hosting;

/// <summary>Builds the web application: services, state on disk, and the endpoints.</summary>
internal static class HqApplication
{
    /// <summary>
    /// Builds everything, but does not listen yet. Throws <see cref="HqException"/> if the configuration, the disk or the authority cannot be used. The
    /// caller disposes the application.
    /// </summary>
    public static async Task<WebApplication> CreateAsync(
        IConfiguration configuration, TimeProvider clock, Action<WebApplicationBuilder>? adjust, CancellationToken cancellationToken)
    {
        // The content root is where the host looks for appsettings.json. HQ has none, and must not pick one up from the working directory.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddHqOptions(configuration, forServing: true);
        builder.Services.AddHq(clock);
        adjust?.Invoke(builder);

        var app = Build(builder);
        await PrepareAsync(app.Services, app.Services.GetRequiredService<HqOptions>(), clock, cancellationToken);
        MapEndpoints(app);
        return app;
    }

    // Validates the options here and not in StartAsync: preparing the state on disk needs them.
    private static WebApplication Build(WebApplicationBuilder builder)
    {
        try
        {
            var app = builder.Build();
            app.Services.GetRequiredService<IStartupValidator>().Validate();
            return app;
        }
        catch (OptionsValidationException failure)
        {
            throw HqConfiguration.Invalid(failure.Failures);
        }
    }

    private static async Task PrepareAsync(IServiceProvider services, HqOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        StateFolders.Create(options);
        await CertificateAuthority.CreateIfMissingAsync(options.AuthorityDirectory, clock, cancellationToken);
        await services.GetRequiredService<HqIdentity>().RefreshAsync(cancellationToken);
        services.GetRequiredService<FleetProjection>().Replace([.. services.GetRequiredService<FleetStore>().LoadAll()]);
        await services.GetRequiredService<InitialOperator>().EnsureAsync(options.InitialOperator, cancellationToken);
    }

    private static void MapEndpoints(WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapAssets();
        app.MapMonitoring();
        app.MapLoginEndpoints();
        app.MapFleetEndpoints();
        app.MapBoardEndpoints();
        app.MapNightEndpoints();
        app.MapEnrolmentEndpoints();
        app.MapAccountEndpoints();
        app.MapEventEndpoints();
        app.MapApiEndpoints();
        app.MapFallback(PageResults.NotFound);
    }
}
