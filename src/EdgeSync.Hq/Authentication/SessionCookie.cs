namespace EdgeSync.Hq.Authentication;

/// <summary>The cookie with the secret of a session.</summary>
internal static class SessionCookie
{
    // A browser accepts this prefix only from an https page of this very host (RFC 6265bis).
    private const string SecureName = "__Host-edgesync";
    private const string PlainName = "edgesync";

    public static string? Read(HttpRequest request) => request.Cookies[NameFor(request)] is { Length: > 0 } secret ? secret : null;

    public static void Write(HttpContext context, Secret secret) =>
        context.Response.Cookies.Append(NameFor(context.Request), secret.Text, OptionsFor(context.Request, UserStore.SessionLifetime));

    public static void Clear(HttpContext context) =>
        context.Response.Cookies.Delete(NameFor(context.Request), OptionsFor(context.Request, null));

    private static string NameFor(HttpRequest request) => request.IsHttps ? SecureName : PlainName;

    private static CookieOptions OptionsFor(HttpRequest request, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        Secure = request.IsHttps,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        MaxAge = lifetime,
        IsEssential = true,
    };
}
