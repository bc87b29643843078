using EdgeSync.Primitives.Failures;
using Microsoft.AspNetCore.Antiforgery;

namespace EdgeSync.Hq.Web;

/// <summary>Accepts a form only with the antiforgery token from a page that HQ served to the same caller. Shows failures as a page.</summary>
internal sealed class FormFilter(IAntiforgery antiforgery) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!http.Request.HasFormContentType || !await antiforgery.IsRequestValidAsync(http))
        {
            return PageResults.FormExpired(http);
        }

        try
        {
            return await next(context);
        }
        catch (EdgeSyncException failure)
        {
            return PageResults.Failed(http, $"{failure.Message}. {failure.Hint}");
        }
    }
}
