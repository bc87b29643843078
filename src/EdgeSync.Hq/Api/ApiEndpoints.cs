using EdgeSync.Contracts;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Enrolments;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Web;

namespace EdgeSync.Hq.Api;

/// <summary>Everything under <c>/api/v1</c>.</summary>
internal static class ApiEndpoints
{
    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1").AddEndpointFilter<FailureFilter>();
        api.MapSites();
        api.MapEnrolmentTokens();

        // Open: the one-time token in the body is what lets a site in.
        api.MapPost("/enrolments", EnrolAsync).AllowAnonymous();

        // Open as well: the ledger key's signature is what renews.
        api.MapPost("/renewals/challenges", ChallengeAsync).AllowAnonymous();
        api.MapPost("/renewals", RenewAsync).AllowAnonymous();
        api.MapFallback(IResult () => Problems.Of(StatusCodes.Status404NotFound, "NotFound", "There is nothing here; docs/hq.md lists the API."));
    }

    /// <summary>Endpoints that change something.</summary>
    public static TBuilder ForOperatorPrograms<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(Policies.Operator).AddEndpointFilter<TBuilder, TokenOnlyFilter>();

    private static async Task<IResult> EnrolAsync(HttpRequest request, Enroller enroller)
    {
        var wanted = await JsonBody.ReadAsync(request, ContractsJsonContext.Default.EnrolmentRequest);
        return Results.Json(enroller.Enrol(wanted), ContractsJsonContext.Default.EnrolmentResponse);
    }

    private static async Task<IResult> ChallengeAsync(HttpRequest request, RenewalChallenges challenges)
    {
        var asked = await JsonBody.ReadAsync(request, ContractsJsonContext.Default.RenewalChallengeRequest);
        return Results.Json(
            new RenewalChallenge(challenges.Create(new SiteKey(asked.Fleet, asked.Site))), ContractsJsonContext.Default.RenewalChallenge);
    }

    private static async Task<IResult> RenewAsync(HttpRequest request, Renewer renewer)
    {
        var envelope = await JsonBody.ReadBytesAsync(request);
        return Results.Json(await renewer.RenewAsync(envelope, request.HttpContext.RequestAborted), ContractsJsonContext.Default.EnrolmentResponse);
    }
}
