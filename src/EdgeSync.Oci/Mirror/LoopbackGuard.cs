using System.Net;
using Microsoft.AspNetCore.Http;

namespace EdgeSync.Oci.Mirror;

/// <summary>
/// Lets only this machine in, and only by a loopback name: a web page whose own name resolves to 127.0.0.1 (DNS rebinding) carries that
/// name in its Host header.
/// </summary>
internal static class LoopbackGuard
{
    /// <summary>The status to refuse with, or null where the request may go on.</summary>
    public static int? Refusal(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is { } remote && !IPAddress.IsLoopback(remote))
        {
            return StatusCodes.Status403Forbidden;
        }

        return IsLoopback(context.Request.Host.Host) ? null : StatusCodes.Status421MisdirectedRequest;
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
