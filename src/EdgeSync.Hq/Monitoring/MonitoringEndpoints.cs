using OpenTelemetry.Metrics;

namespace EdgeSync.Hq.Monitoring;

/// <summary>The health check and the metrics.</summary>
internal static class MonitoringEndpoints
{
    public const string MetricsPath = "/metrics";

    public static void AddMonitoring(this IServiceCollection services)
    {
        services.AddSingleton<HqMetrics>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(HqMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddPrometheusExporter(o => o.ScrapeEndpointPath = MetricsPath));
    }

    /// <summary>Maps <c>/healthz</c>, open to everybody, and <c>/metrics</c>, which needs a login like every other endpoint.</summary>
    public static void MapMonitoring(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", IResult () => Results.Text("ok")).AllowAnonymous();
        routes.MapPrometheusScrapingEndpoint(MetricsPath);
    }
}
