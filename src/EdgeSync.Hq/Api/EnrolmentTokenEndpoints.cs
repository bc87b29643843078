using EdgeSync.Hq.Enrolments;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Web;

namespace EdgeSync.Hq.Api;

/// <summary>Lets programs create, list and revoke enrolment tokens.</summary>
internal static class EnrolmentTokenEndpoints
{
    public static void MapEnrolmentTokenEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/enrolment-tokens", List);
        api.MapPost("/enrolment-tokens", CreateAsync).ForOperatorPrograms();
        api.MapDelete("/enrolment-tokens/{id:long}", Revoke).ForOperatorPrograms();
    }

    private static ConditionalJson<IReadOnlyList<EnrolmentTokenDocument>> List(EnrolmentTokenStore tokens, TimeProvider clock) => new(
        [
            .. tokens.List().Select(t => new EnrolmentTokenDocument(
                t.Id, t.Fleet, t.Site, t.ExpiresAt, State: FleetQuery.Camel(t.Describe(clock.GetUtcNow())), CreatedBy: t.CreatedBy)),
        ],
        HqApiJsonContext.Default.IReadOnlyListEnrolmentTokenDocument);

    private static async Task<IResult> CreateAsync(HttpContext context, EnrolmentTokenStore tokens)
    {
        var request = await JsonBody.ReadAsync(context.Request, HqApiJsonContext.Default.EnrolmentTokenRequest);
        var lifetime = request.ValidHours is { } hours ? TimeSpan.FromHours(hours) : EnrolmentTokenStore.DefaultLifetime;
        var token = tokens.Create(new SiteKey(request.Fleet, request.Site), lifetime, Requests.CallerName(context));
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(
            new EnrolmentTokenDocument(null, token.Site.Fleet, token.Site.Site, token.ExpiresAt, token.Secret.Text),
            HqApiJsonContext.Default.EnrolmentTokenDocument,
            statusCode: StatusCodes.Status201Created);
    }

    private static IResult Revoke(long id, EnrolmentTokenStore tokens) => tokens.Revoke(id)
        ? Results.NoContent()
        : Problems.Of(StatusCodes.Status404NotFound, "NotFound", "There is no unused token with this number.");
}
