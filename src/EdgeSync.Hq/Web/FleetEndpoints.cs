using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Pages;
using EdgeSync.Hq.Storage;

namespace EdgeSync.Hq.Web;

/// <summary>The pages with all sites, with one site, and with the refused messages.</summary>
internal static class FleetEndpoints
{
    private const int HistoryLength = 50;
    private const int EvidenceLength = 100;
    private const int PreflightsLength = 6;

    public static void MapFleetEndpoints(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", ShowFleet);
        routes.MapGet("/integrity", ShowIntegrity);
        routes.MapGet("/sites/{fleet}/{site}", ShowSite);
        var changes = routes.MapGroup("/sites/{fleet}/{site}").RequireAuthorization(Policies.Operator).AddEndpointFilter<FormFilter>();
        changes.MapPost("/commands", SendCommandAsync);
        changes.MapPost("/preflight", AskForPreflightAsync);
        changes.MapPost("/review", ReviewAsync);
    }

    private static IResult ShowFleet(HttpContext context, FleetProjection fleet, TimeProvider clock)
    {
        var query = FleetQuery.Read(context.Request.Query);
        var now = clock.GetUtcNow();
        return PageResults.Show<FleetView>(context, "Fleet", new()
        {
            [nameof(FleetView.Model)] = FleetSearch.Run(fleet.Snapshot(), query, now),
            [nameof(FleetView.Query)] = query,
            [nameof(FleetView.Now)] = now,
        });
    }

    private static IResult ShowIntegrity(HttpContext context, EvidenceStore evidence, TimeProvider clock) =>
        PageResults.Show<IntegrityView>(context, "Integrity", new()
        {
            [nameof(IntegrityView.Rows)] = evidence.List(null, openOnly: true, EvidenceLength),
            [nameof(IntegrityView.Now)] = clock.GetUtcNow(),
        });

    private static IResult ShowSite(
        string fleet, string site, HttpContext context, FleetProjection projection, LedgerStore ledgers, EvidenceStore evidence, DiffStore diffs, PreflightStore preflights, TimeProvider clock)
    {
        var key = new SiteKey(fleet, site);
        var now = clock.GetUtcNow();
        if (projection.FindRow(key, now) is not { } row)
        {
            return PageResults.NotFound(context);
        }

        LedgerPosition? before = LedgerPosition.TryParse(context.Request.Query["before"], out var position) ? position : null;
        var history = ledgers.List(row.Site.Id, before, HistoryLength);
        context.Items[PageResults.EventsItem] = $"/events?site={key}";
        return PageResults.Show<SiteView>(context, site, new()
        {
            [nameof(SiteView.Model)] = new SiteModel(
                row,
                history,
                history.Count == HistoryLength ? history[^1].Position : null,
                before is not null,
                evidence.List(key, openOnly: false, EvidenceLength),
                diffs.Find(row.Site.Id),
                preflights.List(row.Site.Id, null, PreflightsLength),
                Requests.IsOperator(context),
                DescribeNotice(context.Request.Query["sent"]),
                now),
        });
    }

    private static async Task<IResult> SendCommandAsync(string fleet, string site, HttpContext context, FleetProjection projection, SiteCommands commands)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var kind = form["kind"].ToString() switch
        {
            "sendReport" => CommandKind.SendReport,
            "sendDiff" => CommandKind.SendDiff,
            _ => CommandKind.LookNow,
        };
        if (!projection.TryGet(new SiteKey(fleet, site), out var state))
        {
            return PageResults.NotFound(context);
        }

        await commands.SendAsync(state, kind, Requests.CallerName(context), context.RequestAborted);
        return Results.LocalRedirect($"/sites/{state.Key}?sent={FleetQuery.Camel(kind.ToString())}");
    }

    private static async Task<IResult> AskForPreflightAsync(string fleet, string site, HttpContext context, FleetProjection projection, PreflightAsker asker, TimeProvider clock)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (!projection.TryGet(new SiteKey(fleet, site), out var state))
        {
            return PageResults.NotFound(context);
        }

        if (PreflightTerms.TryRead(form["deadline"].ToString(), form["mission"].ToString(), clock.GetUtcNow(), out var problem) is not { } terms)
        {
            return PageResults.NotSent(context, problem!);
        }

        await asker.AskAsync([state], terms, Requests.CallerName(context), context.RequestAborted);
        return Results.LocalRedirect($"/sites/{state.Key}?sent=preflight");
    }

    private static async Task<IResult> ReviewAsync(string fleet, string site, HttpContext context, FleetProjection projection, EvidenceReviewer reviewer)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (!projection.TryGet(new SiteKey(fleet, site), out var state) || !long.TryParse(form["through"], out var through))
        {
            return PageResults.NotFound(context);
        }

        reviewer.Review(state.Key, through, Requests.CallerName(context));
        return Results.LocalRedirect($"/sites/{state.Key}");
    }

    private static string? DescribeNotice(string? sent) => sent switch
    {
        "lookNow" => "Sent. The site checks for releases when it receives this; the command expires after 10 minutes.",
        "sendReport" => "Sent. The site sends its status when it receives this; the command expires after 10 minutes.",
        "preflight" => "Sent. The site decides whether it makes a preflight, and its answer appears below; the request expires after 10 minutes.",
        "sendDiff" => "Sent. The site compares its cluster when it receives this, and the signed answer appears below; the command expires after 10 minutes.",
        _ => null,
    };
}
