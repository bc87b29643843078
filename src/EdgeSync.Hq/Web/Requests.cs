using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Monitoring;

namespace EdgeSync.Hq.Web;

/// <summary>Reads from a request who sent it and what kind of answer fits.</summary>
internal static class Requests
{
    public const string MethodClaim = "edgesync/means";
    public const string CookieMethod = "cookie";
    public const string TokenMethod = "token";

    /// <summary>Whether the answer is a page for a person. Programs call the API, the event stream and the metrics.</summary>
    public static bool WantsPage(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api")
        && !request.Path.StartsWithSegments("/events")
        && !request.Path.StartsWithSegments(MonitoringEndpoints.MetricsPath);

    public static bool HasSessionCookie(HttpContext context) => context.User.HasClaim(MethodClaim, CookieMethod);

    public static bool IsOperator(HttpContext context) => context.User.IsInRole(nameof(Role.Operator));

    public static string CallerName(HttpContext context) => context.User.Identity?.Name ?? "";

    public static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    /// <summary>Returns the path if it is a path on this server, else <c>/</c>: no other host, no scheme, no control characters.</summary>
    public static string LocalPath(string? wanted) =>
        wanted is ['/', ..] && wanted is not ['/', '/' or '\\', ..] && !wanted.Any(char.IsControl) && !wanted.Contains('\\', StringComparison.Ordinal)
            ? wanted
            : "/";
}
