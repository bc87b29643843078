using EdgeSync.Hq.Web;

namespace EdgeSync.Hq.Api;

/// <summary>
/// Refuses changes through the API with a session cookie. A browser sends the cookie with requests that a foreign page starts, and the API has no form
/// token that would tell them apart. A bearer token is safe.
/// </summary>
internal sealed class TokenOnlyFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        Requests.HasSessionCookie(context.HttpContext)
            ? Problems.Of(StatusCodes.Status403Forbidden, HqReasons.NotAllowed, "Changes through the API need an operator token, not a browser's session.")
            : await next(context);
}
