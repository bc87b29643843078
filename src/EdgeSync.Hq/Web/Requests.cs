using EdgeSync.Hq.Authentication;

namespace EdgeSync.Hq.Web;

/// <summary>What a request says of who sends it and what they want back.</summary>
internal static class Requests
{
    public const string MeansClaim = "edgesync/means";
    public const string MeansCookie = "cookie";
    public const string MeansToken = "token";

    /// <summary>Whether a person looks at the answer: everything outside the API, the event stream and the health check.</summary>
    public static bool WantsPage(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api") && !request.Path.StartsWithSegments("/events");

    public static bool CameByCookie(HttpContext context) => context.User.HasClaim(MeansClaim, MeansCookie);

    public static bool IsOperator(HttpContext context) => context.User.IsInRole(nameof(Role.Operator));

    public static string CallerName(HttpContext context) => context.User.Identity?.Name ?? "";

    public static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    /// <summary>Only a path of this server: no other host, no scheme, no control characters.</summary>
    public static string LocalPath(string? wanted) =>
        wanted is ['/', ..] && wanted is not ['/', '/' or '\\', ..] && !wanted.Any(char.IsControl) && !wanted.Contains('\\', StringComparison.Ordinal)
            ? wanted
            : "/";
}
