using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Nights;

namespace EdgeSync.Hq.Api;

/// <summary>The view of the last night for programs.</summary>
internal static class NightApi
{
    public static void MapNightApi(this IEndpointRouteBuilder api) => api.MapGet("/night", GetNight);

    private static ConditionalJson<NightDocument> GetNight(HttpRequest request, FleetProjection fleet, TimeProvider clock)
    {
        var query = NightQuery.Read(request.Query);
        return query.Problem is { } problem
            ? throw new HqException(HqReasons.RequestInvalid, problem)
            : new(NightDocument.From(NightPage.Of(fleet.Snapshot(), query, clock.GetUtcNow())), HqApiJsonContext.Default.NightDocument);
    }
}
