using EdgeSync.Hq.Web;

namespace EdgeSync.Hq.Api;

/// <summary>
/// Changes through the API need a bearer token: a browser's cookie would come along with requests that a foreign page starts, and here is no form token.
/// </summary>
internal sealed class TokenOnlyFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        Requests.CameByCookie(context.HttpContext)
            ? Problems.Of(StatusCodes.Status403Forbidden, HqReasons.NotAllowed, "Changes through the API need an operator token, not a browser's session.")
            : await next(context);
}
