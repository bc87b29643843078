using EdgeSync.Contracts;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Enrolments;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Web;

namespace EdgeSync.Hq.Api;

/// <summary>The endpoints under <c>/api/v1</c>.</summary>
internal static class ApiEndpoints
{
    public static void MapApiEndpoints(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1").AddEndpointFilter<FailureFilter>();
        api.MapSiteEndpoints();
        api.MapBoardApi();
        api.MapNightApi();
        api.MapEnrolmentTokenEndpoints();

        // No login: the site identifies itself with the one-time token in the body.
        api.MapPost("/enrolments", EnrolAsync).AllowAnonymous();

        // No login: the site identifies itself with a signature by its ledger key.
        api.MapPost("/renewals/challenges", ChallengeAsync).AllowAnonymous();
        api.MapPost("/renewals", RenewAsync).AllowAnonymous();
        api.MapFallback(IResult () => Problems.Of(StatusCodes.Status404NotFound, "NotFound", "There is no such endpoint; docs/hq.md lists the API."));
    }

    /// <summary>Restricts an endpoint that changes something to programs with an operator token.</summary>
    public static TBuilder ForOperatorPrograms<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(Policies.Operator).AddEndpointFilter<TBuilder, TokenOnlyFilter>();

    private static async Task<IResult> EnrolAsync(HttpRequest request, Enroller enroller)
    {
        var enrolment = await JsonBody.ReadAsync(request, ContractsJsonContext.Default.EnrolmentRequest);
        return Results.Json(enroller.Enrol(enrolment), ContractsJsonContext.Default.EnrolmentResponse);
    }

    private static async Task<IResult> ChallengeAsync(HttpRequest request, RenewalChallenges challenges)
    {
        var site = await JsonBody.ReadAsync(request, ContractsJsonContext.Default.RenewalChallengeRequest);
        return Results.Json(
            new RenewalChallenge(challenges.Create(new SiteKey(site.Fleet, site.Site))), ContractsJsonContext.Default.RenewalChallenge);
    }

    private static async Task<IResult> RenewAsync(HttpRequest request, Renewer renewer)
    {
        var envelope = await JsonBody.ReadBytesAsync(request);
        return Results.Json(await renewer.RenewAsync(envelope, request.HttpContext.RequestAborted), ContractsJsonContext.Default.EnrolmentResponse);
    }
}
