using System.Globalization;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Enrolments;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Pages;

namespace EdgeSync.Hq.Web;

/// <summary>The page on which operators create one-time tokens for sites. Viewers cannot open it.</summary>
internal static class EnrolmentEndpoints
{
    public static void MapEnrolmentEndpoints(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/enrolment").RequireAuthorization(Policies.Operator);
        pages.MapGet("", IResult (HttpContext context, EnrolmentTokenStore tokens, TimeProvider clock) => Show(context, tokens, clock, null, null));
        pages.MapPost("", CreateAsync).AddEndpointFilter<FormFilter>();
        pages.MapPost("/{id:long}/revoke", Revoke).AddEndpointFilter<FormFilter>();
    }

    private static async Task<IResult> CreateAsync(HttpContext context, EnrolmentTokenStore tokens, TimeProvider clock)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var site = new SiteKey(form["fleet"].ToString().Trim(), form["site"].ToString().Trim());
        var hours = int.TryParse(form["hours"], NumberStyles.None, CultureInfo.InvariantCulture, out var requested) ? requested : 24;
        try
        {
            return Show(context, tokens, clock, tokens.Create(site, TimeSpan.FromHours(hours), Requests.CallerName(context)), null);
        }
        catch (HqException failure)
        {
            return Show(context, tokens, clock, null, failure.Message);
        }
    }

    private static IResult Revoke(long id, EnrolmentTokenStore tokens)
    {
        tokens.Revoke(id);
        return Results.LocalRedirect("/enrolment");
    }

    private static IResult Show(HttpContext context, EnrolmentTokenStore tokens, TimeProvider clock, NewEnrolmentToken? created, string? problem)
    {
        var address = $"{context.Request.Scheme}://{context.Request.Host}";
        return PageResults.Show<EnrolmentView>(
            context,
            "Enrolment",
            new() { [nameof(EnrolmentView.Model)] = new EnrolmentModel(tokens.List(), created, problem, created?.Site.Fleet, address, clock.GetUtcNow()) },
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }
}
