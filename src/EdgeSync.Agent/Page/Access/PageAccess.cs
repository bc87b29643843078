using System.Net;
using EdgeSync.Agent.Configuration;
using EdgeSync.Primitives.Secrets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Page.Access;

/// <summary>
/// Who may see the page and press its buttons. Where other machines reach it, everybody who knows the PIN; on loopback the same once a PIN is set, and until
/// then every user of this machine.
/// </summary>
internal sealed partial class PageAccess(PageSection page, PagePin pin, PinTries tries, PageSessions sessions, ILogger<PageAccess> logger) : IDisposable
{
    // A browser accepts this prefix only from an https page of this very host (RFC 6265bis).
    private const string SecurePrefix = "__Host-";
    private const string SessionCookie = "edgesync-page";

    // One hash at a time: each costs a small machine a second.
    private readonly SemaphoreSlim _oneTry = new(1);

    /// <summary>Whether this request needs no PIN, or is of a browser that has shown it.</summary>
    public bool IsAllowed(HttpRequest request) => pin.ReadHash() switch
    {
        null => !page.IsReachable,
        var hash => request.Cookies[CookieName(request)] is { Length: > 0 } secret && sessions.IsOpen(secret, hash),
    };

    /// <summary>Whether a PIN is set.</summary>
    public bool HasPin => pin.ReadHash() is not null;

    /// <summary>Whether there is a session that can be ended.</summary>
    public static bool HasSession(HttpRequest request) => request.Cookies[CookieName(request)] is { Length: > 0 };

    /// <summary>Checks a PIN, and gives the browser a session for the right one.</summary>
    public async Task<PinOutcome> LogInAsync(HttpContext context, string entered)
    {
        await _oneTry.WaitAsync(context.RequestAborted);
        try
        {
            if (pin.ReadHash() is not { } hash)
            {
                return new PinOutcome.NotSet();
            }

            if (tries.Begin() is var wait && wait > TimeSpan.Zero)
            {
                return new PinOutcome.TooMany(wait);
            }

            if (!PasswordHash.Matches(entered, hash))
            {
                LogRefused(context.Connection.RemoteIpAddress);
                return new PinOutcome.Wrong();
            }

            tries.Forget();
            context.Response.Cookies.Append(CookieName(context.Request), sessions.Open(hash), OptionsOf(context.Request, PageSessions.Lifetime));
            return new PinOutcome.Accepted();
        }
        finally
        {
            _oneTry.Release();
        }
    }

    public void LogOut(HttpContext context)
    {
        if (context.Request.Cookies[CookieName(context.Request)] is { } secret)
        {
            sessions.Close(secret);
        }

        context.Response.Cookies.Delete(CookieName(context.Request), OptionsOf(context.Request, lifetime: null));
    }

    /// <summary>What every cookie of the page has: no script reads it, no other site causes it to be sent, and where there is TLS it never goes without.</summary>
    public static CookieOptions OptionsOf(HttpRequest request, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        Secure = request.IsHttps,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        MaxAge = lifetime,
        IsEssential = true,
    };

    public void Dispose() => _oneTry.Dispose();

    private static string CookieName(HttpRequest request) => request.IsHttps ? SecurePrefix + SessionCookie : SessionCookie;

    [LoggerMessage(AgentEventIds.PagePinRefused, LogLevel.Warning, "The technician's page: a wrong PIN from {Address}")]
    private partial void LogRefused(IPAddress? address);
}

/// <summary>What became of a PIN.</summary>
internal abstract record PinOutcome
{
    private PinOutcome()
    {
    }

    /// <summary>It was right.</summary>
    public sealed record Accepted : PinOutcome;

    /// <summary>It was wrong.</summary>
    public sealed record Wrong : PinOutcome;

    /// <summary>It was not looked at.</summary>
    /// <param name="Wait">How long to wait for the next try.</param>
    public sealed record TooMany(TimeSpan Wait) : PinOutcome;

    /// <summary>The site has no PIN, so that none can be right.</summary>
    public sealed record NotSet : PinOutcome;
}
