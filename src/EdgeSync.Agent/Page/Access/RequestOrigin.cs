using System.Net;
using Microsoft.AspNetCore.Http;

namespace EdgeSync.Agent.Page.Access;

/// <summary>Whether a request comes from this page, and not from another one that the same browser has open.</summary>
internal static class RequestOrigin
{
    /// <summary>
    /// Whether the name in the address bar is one of this machine. On loopback another site could let its own name lead to this machine, and would then be
    /// the same origin; where there is TLS and a PIN, it would have neither the certificate nor the session.
    /// </summary>
    public static bool IsHostKnown(HttpRequest request, bool isReachable) =>
        isReachable || request.Host.Host is "localhost" || (IPAddress.TryParse(request.Host.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>Whether a form was sent by this page itself: every browser says so with a POST.</summary>
    public static bool IsOwn(HttpRequest request) => request.Headers.Origin is [{ } origin]
        && string.Equals(origin, $"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);
}
