using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Nights;
using EdgeSync.Hq.Pages;

namespace EdgeSync.Hq.Web;

/// <summary>The view of the last night: every store a line, the worst first.</summary>
internal static class NightEndpoints
{
    /// <summary>How often a browser without script loads the view again.</summary>
    private const int RefreshSeconds = 60;

    public static void MapNightEndpoints(this IEndpointRouteBuilder routes) => routes.MapGet("/night", ShowNight);

    private static IResult ShowNight(HttpContext context, FleetProjection fleet, TimeProvider clock)
    {
        var query = NightQuery.Read(context.Request.Query);
        var now = clock.GetUtcNow();
        context.Items[PageResults.RefreshItem] = RefreshSeconds;
        return PageResults.Show<NightView>(context, "Night", new()
        {
            [nameof(NightView.Model)] = NightPage.Of(fleet.Snapshot(), query, now),
            [nameof(NightView.Query)] = query,
            [nameof(NightView.Now)] = now,
        });
    }
}
