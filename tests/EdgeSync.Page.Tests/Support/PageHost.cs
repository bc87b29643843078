using System.Net;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Page;
using EdgeSync.Agent.Page.Access;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Sqlite;
using EdgeSync.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Page.Tests.Support;

/// <summary>The page of a scripted site behind a real Kestrel, as the agent sets it up.</summary>
internal sealed class PageHost : IAsyncDisposable
{
    private readonly TempDirectory _directory;
    private readonly WebApplication _application;
    private readonly PageSection _page;

    private PageHost(TempDirectory directory, WebApplication application, PageSection page, ScriptedSite site)
    {
        (_directory, _application, _page) = (directory, application, page);
        Site = site;
        Pin = new PagePin(directory.Path);
    }

    public ScriptedSite Site { get; }

    public PagePin Pin { get; }

    public ManualTimeProvider Clock { get; private init; } = null!;

    public Uri Address => new($"{(_page.Tls is null ? "http" : "https")}://{_page.Listen}/");

    /// <summary>Starts it: with TLS as on an address that other machines reach, although the tests reach it by loopback.</summary>
    public static async Task<PageHost> StartAsync(bool tls = false, string? pin = null)
    {
        var directory = new TempDirectory();
        var clock = new ManualTimeProvider(ScriptedSite.Start);
        var site = new ScriptedSite();
        var database = SqliteDatabase.Open(directory["site.db"], SiteSchema.Steps);
        var page = new PageSection(new IPEndPoint(IPAddress.Loopback, FreePort()), tls ? new PageTls(null, null) : null);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var siteClock = new SiteClock(clock, proven: null);
        builder.Services.AddSingleton<IPageSite>(site);
        builder.Services.AddSingleton(new PageCertificate(page, directory.Path, "store-0417", TimeProvider.System, NullLogger<PageCertificate>.Instance));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = 0;
            options.ListenForPage(page);
        });
        var application = builder.Build();
        var app = new PageApp(
            page,
            site,
            new PageAccess(page, new PagePin(directory.Path), new PinTries(database, new HoldClock(siteClock)), new PageSessions(clock), NullLogger<PageAccess>.Instance),
            new PageForms(site, siteClock),
            new PageEvents(site, application.Services.GetRequiredService<IHostApplicationLifetime>(), TimeProvider.System));
        application.Run(app.HandleAsync);
        if (pin is not null)
        {
            await new PagePin(directory.Path).WriteAsync(pin, CancellationToken.None);
        }

        await application.StartAsync();
        return new PageHost(directory, application, page, site) { Clock = clock };
    }

    /// <summary>A client that keeps cookies, follows no redirect, and takes the page's own certificate.</summary>
    public HttpClient CreateClient() => new(new HttpClientHandler
    {
        AllowAutoRedirect = false,
        ServerCertificateCustomValidationCallback = (_, _, _, _) => true,
    }) { BaseAddress = Address };

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        _directory.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
