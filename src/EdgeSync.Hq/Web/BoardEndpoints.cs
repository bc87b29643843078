using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Boards;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Pages;

namespace EdgeSync.Hq.Web;

/// <summary>The board of a group of sites, and the question for preflights to all of them.</summary>
internal static class BoardEndpoints
{
    /// <summary>How often a browser without script loads the board again.</summary>
    private const int RefreshSeconds = 20;

    public static void MapBoardEndpoints(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/board", ShowBoard);
        routes.MapGet("/board/ask", ConfirmAsking).RequireAuthorization(Policies.Operator);
        routes.MapPost("/board/ask", AskAsync).RequireAuthorization(Policies.Operator).AddEndpointFilter<FormFilter>();
    }

    private static IResult ShowBoard(HttpContext context, FleetProjection fleet, TimeProvider clock)
    {
        var query = BoardQuery.Read(context.Request.Query);
        var now = clock.GetUtcNow();
        context.Items[PageResults.RefreshItem] = RefreshSeconds;
        return PageResults.Show<BoardView>(context, "Board", new()
        {
            [nameof(BoardView.Model)] = BoardPage.Of(fleet.Snapshot(), query, now),
            [nameof(BoardView.Query)] = query,
            [nameof(BoardView.MayAsk)] = Requests.IsOperator(context),
            [nameof(BoardView.Now)] = now,
        });
    }

    private static IResult ConfirmAsking(HttpContext context, FleetProjection fleet, TimeProvider clock)
    {
        var query = BoardQuery.Read(context.Request.Query);
        var terms = PreflightTerms.TryRead(context.Request.Query["deadline"].ToString(), context.Request.Query["mission"].ToString(), clock.GetUtcNow(), out var problem);
        return Confirm(context, query, Choose(fleet, query), terms, query.Problem ?? problem, clock);
    }

    private static async Task<IResult> AskAsync(HttpContext context, FleetProjection fleet, PreflightAsker asker, TimeProvider clock)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var query = BoardQuery.Read(form);
        var sites = Choose(fleet, query);
        var terms = PreflightTerms.TryRead(form["deadline"].ToString(), form["mission"].ToString(), clock.GetUtcNow(), out var problem);
        if (terms is null || query.Problem is not null)
        {
            return Confirm(context, query, sites, terms, query.Problem ?? problem, clock);
        }

        // Somebody confirmed another number of sites: labels changed meanwhile, and only a person may say that the new selection is meant.
        if (form["sites"].ToString() is not { } confirmed || !int.TryParse(confirmed, out var count) || count != sites.Count)
        {
            return Confirm(context, query, sites, terms, "The selection has changed. Look at it once more.", clock);
        }

        var result = await asker.AskAsync(sites, terms, Requests.CallerName(context), context.RequestAborted);
        return result.NotAsked == 0
            ? Results.LocalRedirect((query with { State = null, Page = 1 }).ToLink())
            : PageResults.Failed(context, $"{DisplayText.Count(result.Asked, "site")} asked; the broker did not take the request for {DisplayText.Count(result.NotAsked, "site")}: {result.Problem}");
    }

    private static List<SiteState> Choose(FleetProjection fleet, BoardQuery query) => [.. fleet.Snapshot().Where(query.Chooser())];

    private static IResult Confirm(HttpContext context, BoardQuery query, IReadOnlyList<SiteState> sites, PreflightTerms? terms, string? problem, TimeProvider clock) =>
        PageResults.Show<BoardAskView>(context, "Ask for a preflight", new()
        {
            [nameof(BoardAskView.Query)] = query with { State = null, Page = 1 },
            [nameof(BoardAskView.Sites)] = sites,
            [nameof(BoardAskView.Terms)] = query.Problem is null ? terms : null,
            [nameof(BoardAskView.Problem)] = problem,
            [nameof(BoardAskView.Now)] = clock.GetUtcNow(),
        });
}
