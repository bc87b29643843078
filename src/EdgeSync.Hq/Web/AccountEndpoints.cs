using System.Globalization;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Pages;

namespace EdgeSync.Hq.Web;

/// <summary>The page of users and tokens, and its forms.</summary>
internal static class AccountEndpoints
{
    public static void MapAccountEndpoints(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/accounts", IResult (HttpContext context, Accounts accounts) => Show(context, accounts, null, null));
        routes.MapPost("/accounts/password", ChangePasswordAsync).AddEndpointFilter<FormFilter>();
        var changes = routes.MapGroup("/accounts").RequireAuthorization(Policies.Operator).AddEndpointFilter<FormFilter>();
        changes.MapPost("/users", AddUserAsync);
        changes.MapPost("/users/{name}/remove", RemoveUser);
        changes.MapPost("/tokens", CreateTokenAsync);
        changes.MapPost("/tokens/{id:long}/revoke", RevokeToken);
    }

    private static async Task<IResult> ChangePasswordAsync(HttpContext context, Accounts accounts, Logins logins)
    {
        // A token has no password, and must not be able to guess the password of a user with the same name.
        if (!Requests.HasSessionCookie(context))
        {
            return PageResults.Refused(context);
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var name = Requests.CallerName(context);
        if (await logins.TryAsync(name, form["current"].ToString(), Requests.Address(context), context.RequestAborted) is not LoginOutcome.Accepted)
        {
            return Show(context, accounts, null, "The current password is wrong.");
        }

        try
        {
            accounts.SetPassword(name, form["password"].ToString());
        }
        catch (HqException failure)
        {
            return Show(context, accounts, null, failure.Message);
        }

        SessionCookie.Clear(context);
        return Results.LocalRedirect("/login");
    }

    private static async Task<IResult> AddUserAsync(HttpContext context, Accounts accounts)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        try
        {
            accounts.AddUser(form["name"].ToString().Trim(), form["password"].ToString(), ReadRole(form), Requests.CallerName(context));
            return Results.LocalRedirect("/accounts");
        }
        catch (HqException failure)
        {
            return Show(context, accounts, null, failure.Message);
        }
    }

    private static IResult RemoveUser(string name, HttpContext context, Accounts accounts) =>
        accounts.RemoveUser(name, Requests.CallerName(context))
            ? Results.LocalRedirect("/accounts")
            : Show(context, accounts, null, "This user cannot be removed: it does not exist, is yourself, or is the last operator.");

    private static async Task<IResult> CreateTokenAsync(HttpContext context, Accounts accounts)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var days = int.TryParse(form["days"], NumberStyles.None, CultureInfo.InvariantCulture, out var requested) ? requested : 30;
        try
        {
            var secret = accounts.CreateToken(form["name"].ToString().Trim(), ReadRole(form), TimeSpan.FromDays(days), Requests.CallerName(context));
            return Show(context, accounts, secret, null);
        }
        catch (HqException failure)
        {
            return Show(context, accounts, null, failure.Message);
        }
    }

    private static IResult RevokeToken(long id, HttpContext context, Accounts accounts)
    {
        accounts.RevokeToken(id, Requests.CallerName(context));
        return Results.LocalRedirect("/accounts");
    }

    private static Role ReadRole(IFormCollection form) => form["role"] == nameof(Role.Operator) ? Role.Operator : Role.Viewer;

    private static IResult Show(HttpContext context, Accounts accounts, Secret? created, string? problem) => PageResults.Show<AccountsView>(
        context,
        "Accounts",
        new()
        {
            [nameof(AccountsView.Model)] = accounts.Describe(Requests.IsOperator(context), Requests.CallerName(context), created, problem),
        },
        problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
}
