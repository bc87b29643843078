using EdgeSync.Hq.Boards;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Web;

namespace EdgeSync.Hq.Api;

/// <summary>The board for programs, and the question for preflights to a whole selection.</summary>
internal static class BoardApi
{
    public static void MapBoardApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/board", GetBoard);
        api.MapPost("/board/preflight", AskAsync).ForOperatorPrograms();
    }

    private static ConditionalJson<BoardDocument> GetBoard(HttpRequest request, FleetProjection fleet, TimeProvider clock)
    {
        var (query, now) = (Read(request), clock.GetUtcNow());
        return new(BoardDocument.From(BoardPage.Of(fleet.Snapshot(), query, now)), HqApiJsonContext.Default.BoardDocument);
    }

    private static async Task<IResult> AskAsync(HttpContext context, FleetProjection fleet, PreflightAsker asker)
    {
        var choose = Read(context.Request).Chooser();
        var terms = await JsonBody.ReadAsync(context.Request, HqApiJsonContext.Default.PreflightTerms);
        var result = await asker.AskAsync(
            [.. fleet.Snapshot().Where(choose)], terms with { Deadline = terms.Deadline?.ToUniversalTime() }, Requests.CallerName(context), context.RequestAborted);
        return Results.Json(result, HqApiJsonContext.Default.PreflightAsking, statusCode: StatusCodes.Status202Accepted);
    }

    private static BoardQuery Read(HttpRequest request)
    {
        var query = BoardQuery.Read(request.Query);
        return query.Problem is { } problem ? throw new HqException(HqReasons.RequestInvalid, problem) : query;
    }
}
