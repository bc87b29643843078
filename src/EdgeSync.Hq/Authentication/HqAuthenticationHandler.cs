using System.Security.Claims;
using System.Text.Encodings.Web;
using EdgeSync.Hq.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace EdgeSync.Hq.Authentication;

/// <summary>
/// Authenticates a browser by its session cookie and a program by its bearer token. Each request looks them up in the database, so that a logout, a
/// removed user or a revoked token takes effect at once.
/// </summary>
internal sealed class HqAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, UserStore users, OperatorTokenStore tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "EdgeSync";
    private const string BearerPrefix = "Bearer ";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var authorization = Request.Headers.Authorization.ToString();
        var caller = authorization.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase)
            ? tokens.Find(authorization[BearerPrefix.Length..].Trim())
            : SessionCookie.Read(Request) is { } secret ? users.FindSession(secret) : null;
        return Task.FromResult(caller is null ? AuthenticateResult.NoResult() : AuthenticateResult.Success(CreateTicket(caller)));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Requests.WantsPage(Request))
        {
            Response.Redirect("/login" + QueryString.Create("returnUrl", Request.PathBase + Request.Path + Request.QueryString));
            return;
        }

        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer realm=\"edgesync\"";
        await Problems.Of(StatusCodes.Status401Unauthorized, HqReasons.LoginRequired, "Log in, or send an operator token.").ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Requests.WantsPage(Request)
        ? PageResults.Refused(Context).ExecuteAsync(Context)
        : Problems.Of(StatusCodes.Status403Forbidden, HqReasons.NotAllowed, "This requires the role operator.").ExecuteAsync(Context);

    private static AuthenticationTicket CreateTicket(Caller caller)
    {
        var identity = new ClaimsIdentity(SchemeName, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.Name, caller.Name));
        identity.AddClaim(new Claim(ClaimTypes.Role, caller.Role.ToString()));
        identity.AddClaim(new Claim(Requests.MethodClaim, caller.IsToken ? Requests.TokenMethod : Requests.CookieMethod));
        return new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName);
    }
}
