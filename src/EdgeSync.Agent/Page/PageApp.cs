using System.Globalization;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Page.Access;
using EdgeSync.Agent.Page.Views;
using EdgeSync.Contracts.Messaging;
using Microsoft.AspNetCore.Http;
using RazorSlices;

namespace EdgeSync.Agent.Page;

/// <summary>
/// Answers the requests to the technician's page. A page is whole without script; with it, parts of it are replaced when <see cref="PageEvents"/> says so.
/// Nothing is loaded from elsewhere, and a form counts only if this page itself sent it.
/// </summary>
internal sealed class PageApp(PageSection page, IPageSite site, PageAccess access, PageForms forms, PageEvents events)
{
    public const string HoldPath = "/hold";
    public const string ReleasePath = "/hold/release";
    public const string PreflightPath = "/preflight";
    public const string LoginPath = "/login";
    public const string LogoutPath = "/logout";
    public const string EventsPath = "/events";

    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public Task HandleAsync(HttpContext context)
    {
        var (request, path) = (context.Request, context.Request.Path.Value ?? "/");
        SetHeaders(context);
        if (!RequestOrigin.IsHostKnown(request, page.IsReachable))
        {
            return ShowMessageAsync(context, StatusCodes.Status400BadRequest, "This address is not known", "The page is for this machine alone. Open it as http://localhost.");
        }

        if (HttpMethods.IsGet(request.Method) && path.StartsWith(PageAssets.Prefix, StringComparison.Ordinal))
        {
            return SendAssetAsync(context, path);
        }

        return (request.Method, path) switch
        {
            ("GET", LoginPath) => ShowLoginAsync(context, problem: null, StatusCodes.Status200OK),
            ("POST", _) when !RequestOrigin.IsOwn(request) => ShowMessageAsync(
                context, StatusCodes.Status403Forbidden, "The form was not sent by this page", "Nothing was changed. Open the page again and send the form there."),
            ("POST", LoginPath) => LogInAsync(context),
            _ when !access.IsAllowed(request) => RefuseAsync(context, path),
            ("GET", "/") => ShowSiteAsync(context, problem: null, entered: null),
            ("GET", EventsPath) => events.StreamAsync(context),
            ("POST", LogoutPath) => LogOutAsync(context),
            ("POST", HoldPath) => SubmitAsync(context, PageForm.Hold),
            ("POST", ReleasePath) => SubmitAsync(context, PageForm.Release),
            ("POST", PreflightPath) => SubmitAsync(context, PageForm.Preflight),
            ("GET", HoldPath or ReleasePath or PreflightPath) => RedirectAsync(context, "/"),
            _ => ShowMessageAsync(context, StatusCodes.Status404NotFound, "There is no such page", "The status of this site is on the first page."),
        };
    }

    private static void SetHeaders(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
    }

    private async Task SubmitAsync(HttpContext context, PageForm form)
    {
        if (await PageForms.ReadAsync(context) is not { } fields)
        {
            await ShowMessageAsync(context, StatusCodes.Status400BadRequest, "The form cannot be read", "Nothing was changed. Open the page again and send the form there.");
        }
        else if (forms.Submit(context, form, fields) is { } problem)
        {
            context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            await ShowSiteAsync(context, problem, fields);
        }
        else
        {
            await RedirectAsync(context, "/");
        }
    }

    private async Task LogInAsync(HttpContext context)
    {
        var fields = await PageForms.ReadAsync(context);
        switch (await access.LogInAsync(context, fields?.GetValueOrDefault(PageForms.Pin) ?? ""))
        {
            case PinOutcome.Accepted:
                await RedirectAsync(context, "/");
                break;
            case PinOutcome.TooMany { Wait: var wait }:
                context.Response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                await ShowLoginAsync(context, $"Too many wrong PINs. Wait {PageClock.Length(wait + TimeSpan.FromSeconds(1))}.", StatusCodes.Status429TooManyRequests);
                break;
            case PinOutcome.Wrong:
                await ShowLoginAsync(context, "The PIN is wrong.", StatusCodes.Status401Unauthorized);
                break;
            default:
                await ShowLoginAsync(context, problem: null, StatusCodes.Status401Unauthorized);
                break;
        }
    }

    private Task LogOutAsync(HttpContext context)
    {
        access.LogOut(context);
        return RedirectAsync(context, LoginPath);
    }

    // The script asks with a header of its own, and opens the login itself.
    private static Task RefuseAsync(HttpContext context, string path)
    {
        if (path == "/" && !context.Request.Headers.ContainsKey("X-Live"))
        {
            return RedirectAsync(context, LoginPath);
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    private static Task RedirectAsync(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path;
        return Task.CompletedTask;
    }

    private static Task SendAssetAsync(HttpContext context, string path)
    {
        if (PageAssets.Find(path) is not { } asset)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        context.Response.ContentType = asset.MediaType;
        context.Response.ContentLength = asset.Content.Length;
        return context.Response.Body.WriteAsync(asset.Content, context.RequestAborted).AsTask();
    }

    private Task ShowSiteAsync(HttpContext context, FormProblem? problem, IReadOnlyDictionary<string, string>? entered)
    {
        var status = site.Status();
        var model = new SiteModel
        {
            Shell = ShellOf(status, status.Site) with { HasSession = PageAccess.HasSession(context.Request), IsLive = true },
            Status = status,
            Summary = SiteSummary.Of(status),
            Entries = site.Newest(),
            Weeks = WindowWeek.Of(site.Windows, status.At, site.Zone),
            HasHq = site.HasHq,
            Preflight = site.Preflight,
            Entered = entered ?? new Dictionary<string, string> { [PageForms.Who] = PageForms.ReadName(context.Request) },
            Problem = problem,
        };
        return RenderAsync(context, SitePage.Create(model));
    }

    private Task ShowLoginAsync(HttpContext context, string? problem, int status)
    {
        context.Response.StatusCode = status;
        return RenderAsync(context, LoginPage.Create(new LoginModel(ShellOf(site.Status(), "PIN"), problem, access.HasPin)));
    }

    private Task ShowMessageAsync(HttpContext context, int status, string heading, string text)
    {
        context.Response.StatusCode = status;
        return RenderAsync(context, MessagePage.Create(new MessageModel(ShellOf(site.Status(), heading), heading, text)));
    }

    private ShellModel ShellOf(SiteStatus status, string title) => new(title, status.Site, status.Fleet, status.Agent, status.At, site.Zone);

    private static async Task RenderAsync(HttpContext context, RazorSlice slice)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        using (slice)
        {
            await slice.RenderAsync(context.Response.BodyWriter, cancellationToken: context.RequestAborted);
        }
    }
}
