using EdgeSync.Oci.Content;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Oci.Mirror;

/// <summary>Maps the mirror into a web application. The application must listen on loopback only.</summary>
public static class MirrorEndpoints
{
    /// <summary>
    /// Maps everything below <c>/v2/</c>. Reading needs no login: what is served is what every pod on this machine may run anyway.
    /// </summary>
    public static IEndpointConventionBuilder MapMirror(
        this IEndpointRouteBuilder endpoints, ContentStore store, IMirrorCatalog catalog, MirrorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(catalog);
        var loggers = endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>();
        var logger = loggers.CreateLogger(typeof(MirrorEndpoints).FullName!);
        var handler = new MirrorRequestHandler(store, catalog, options ?? new MirrorOptions(), logger);
        return endpoints.Map("/v2/{**path}", (RequestDelegate)handler.HandleAsync);
    }
}
