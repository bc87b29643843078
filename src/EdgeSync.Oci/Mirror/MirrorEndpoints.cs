using EdgeSync.Oci.Content;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Oci.Mirror;

/// <summary>Makes the mirror for a server to run. The server must listen on loopback only.</summary>
public static class MirrorEndpoints
{
    /// <summary>The path that everything of the mirror is below.</summary>
    public const string Root = "/v2";

    /// <summary>
    /// What answers everything below <see cref="Root"/>, and 404 to the rest. Reading needs no login: what is served is what every pod on this
    /// machine may run anyway. A plain delegate: one fixed path needs no router, which would be a good part of the agent's binary.
    /// </summary>
    public static RequestDelegate Create(ContentStore store, IMirrorCatalog catalog, MirrorOptions options, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        var handler = new MirrorRequestHandler(store, catalog, options, loggers.CreateLogger(typeof(MirrorEndpoints).FullName!));
        return context =>
        {
            if (context.Request.Path.StartsWithSegments(Root, StringComparison.Ordinal, out var path))
            {
                return handler.HandleAsync(context, path.HasValue ? path.Value[1..] : "");
            }

            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        };
    }
}
