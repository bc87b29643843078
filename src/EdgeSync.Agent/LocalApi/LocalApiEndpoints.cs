using System.Text.Json.Serialization;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Holds;
using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.Trust;
using EdgeSync.Contracts.Checks;
using EdgeSync.Primitives.Failures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeSync.Agent.LocalApi;

/// <summary>
/// What the command line asks the daemon over its Unix socket. Everybody who may open the socket may ask; the rights of its folder decide who that is.
/// </summary>
internal static class LocalApiEndpoints
{
    public const string StatusPath = "/v1/status";
    public const string SyncPath = "/v1/sync";
    public const string HoldsPath = "/v1/holds";
    public const string ClearHoldsPath = "/v1/holds/clear";
    public const string QuarantinePath = "/v1/quarantine";
    public const string LiftQuarantinePath = "/v1/quarantine/lift";
    public const string RebuildPath = "/v1/rebuild";
    public const string TrustPath = "/v1/trust";
    public const string PreflightPath = "/v1/preflight";
    public const string PreflightRunPath = "/v1/preflight/run";
    public const string PreflightReportPath = "/v1/preflight/report";
    public const string ChannelParameter = "channel";

    private const int MaxHoldRequestBytes = 16 * 1024;
    private const int MaxTrustImportBytes = 64 << 20;
    private const int MaxReportBytes = 256 * 1024;

    /// <summary>Adds what the endpoints need: the router, and the JSON of <see cref="LocalApiJsonContext"/>.</summary>
    public static IServiceCollection AddLocalApi(this IServiceCollection services) => services
        .AddRoutingCore()
        .ConfigureHttpJsonOptions(json =>
        {
            var options = json.SerializerOptions;
            options.TypeInfoResolver = LocalApiJsonContext.Default;
            options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            options.NumberHandling = JsonNumberHandling.Strict;
            options.RespectNullableAnnotations = true;
            options.RespectRequiredConstructorParameters = true;
        });

    public static void MapLocalApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("").AddEndpointFilter(ReportFailureAsync);
        api.MapGet(StatusPath, (Site site) => site.Status());
        api.MapPost(SyncPath, (HttpContext context, Site site) => SyncEndpoint.RunAsync(context, site)).WithMetadata(new BodyLimit(MaxHoldRequestBytes));
        api.MapGet(HoldsPath, (HoldService holds) => holds.List());
        api.MapPost(HoldsPath, (HoldRequest request, HoldService holds) => holds.Set(request)).WithMetadata(new BodyLimit(MaxHoldRequestBytes));
        api.MapPost(ClearHoldsPath, (HoldEnding ending, HoldService holds) => holds.Clear(ending)).WithMetadata(new BodyLimit(MaxHoldRequestBytes));
        api.MapGet(QuarantinePath, (QuarantineService quarantine) => quarantine.List());
        api.MapPost(LiftQuarantinePath, (QuarantineLift request, QuarantineService quarantine, Site site) => quarantine.Lift(request, site))
            .WithMetadata(new BodyLimit(MaxHoldRequestBytes));
        api.MapPost(RebuildPath, (RebuildRequest request, RebuildService rebuild, Site site, CancellationToken cancellationToken) => rebuild.AskAsync(request, site, cancellationToken))
            .WithMetadata(new BodyLimit(MaxHoldRequestBytes));
        api.MapPost(PreflightRunPath, (PreflightRequest request, HttpContext context, PreflightJobs jobs) => PreflightEndpoint.RunAsync(request, context, jobs)).WithMetadata(new BodyLimit(MaxHoldRequestBytes));
        api.MapPost(PreflightPath, (PreflightOrder order, PreflightService preflight) => preflight.Begin(order)).WithMetadata(new BodyLimit(MaxHoldRequestBytes));
        api.MapPost(PreflightReportPath, (PreflightReport report, PreflightService preflight) => preflight.Acknowledge(report)).WithMetadata(new BodyLimit(MaxReportBytes));
        api.MapGet(TrustPath, ([FromServices] SiteTrust? trust) => (trust ?? throw TrustClient.NoRoot()).View);
        api.MapPost(TrustPath, ImportTrustAsync).WithMetadata(new BodyLimit(MaxTrustImportBytes));
    }

    private static async Task<IResult> ImportTrustAsync(TrustImport import, [FromServices] SiteTrust? trust, Site site, CancellationToken cancellationToken)
    {
        if (import.Envelopes.Count is 0 or > TrustImport.MaxEnvelopes)
        {
            return TypedResults.BadRequest();
        }

        var answer = await (trust ?? throw TrustClient.NoRoot()).ImportAsync(import, cancellationToken);

        // A release that waits for other keys, and what runs, are checked against the new trust at once.
        site.LookNow();
        return TypedResults.Ok(answer);
    }

    private static async ValueTask<object?> ReportFailureAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (EdgeSyncException failure)
        {
            var fault = new LocalFault(failure.Reason, failure.Message, failure.ExitCode, failure.Hint);
            return TypedResults.Json(fault, LocalApiJsonContext.Default.LocalFault, statusCode: StatusCodes.Status422UnprocessableEntity);
        }
    }

    /// <summary>The server accepts no request bodies except on endpoints with this limit.</summary>
    private sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
