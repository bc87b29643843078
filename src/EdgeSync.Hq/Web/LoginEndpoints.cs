using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Pages;

namespace EdgeSync.Hq.Web;

/// <summary>The login page, login and logout.</summary>
internal static class LoginEndpoints
{
    public static void MapLoginEndpoints(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/login", ShowLogin).AllowAnonymous();
        routes.MapPost("/login", LogInAsync).AllowAnonymous().AddEndpointFilter<FormFilter>();
        routes.MapPost("/logout", LogOut).AddEndpointFilter<FormFilter>();
    }

    private static IResult ShowLogin(HttpContext context, UserStore users) =>
        Show(context, Requests.LocalPath(context.Request.Query["returnUrl"]), null, null, StatusCodes.Status200OK, users.IsEmpty);

    private static async Task<IResult> LogInAsync(HttpContext context, Logins logins)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (name, returnUrl) = (form["name"].ToString().Trim(), Requests.LocalPath(form["returnUrl"]));
        switch (await logins.TryAsync(name, form["password"].ToString(), Requests.Address(context), context.RequestAborted))
        {
            case LoginOutcome.Accepted accepted:
                SessionCookie.Write(context, accepted.Session);
                return Results.LocalRedirect(returnUrl);
            case LoginOutcome.TooMany tooMany:
                context.Response.Headers.RetryAfter = ((int)Math.Ceiling(tooMany.Wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
                return Show(
                    context, returnUrl, name, $"Too many failed attempts. Wait {DisplayText.Age(tooMany.Wait)}.", StatusCodes.Status429TooManyRequests, noUsers: false);
            default:
                return Show(context, returnUrl, name, "Name or password is wrong.", StatusCodes.Status401Unauthorized, noUsers: false);
        }
    }

    private static IResult LogOut(HttpContext context, UserStore users)
    {
        if (SessionCookie.Read(context.Request) is { } secret)
        {
            users.CloseSession(secret);
        }

        SessionCookie.Clear(context);
        return Results.LocalRedirect("/login");
    }

    private static IResult Show(HttpContext context, string returnUrl, string? name, string? problem, int status, bool noUsers) =>
        PageResults.Show<LoginView>(
            context,
            "Log in",
            new()
            {
                [nameof(LoginView.ReturnUrl)] = returnUrl,
                [nameof(LoginView.Name)] = name,
                [nameof(LoginView.Problem)] = problem,
                [nameof(LoginView.NoUsers)] = noUsers,
            },
            status);
}
