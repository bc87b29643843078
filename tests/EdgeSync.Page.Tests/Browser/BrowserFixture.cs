using EdgeSync.Page.Tests.Support;
using Microsoft.Playwright;

namespace EdgeSync.Page.Tests.Browser;

/// <summary>Debian's Chromium.</summary>
public sealed class BrowserFixture : PeerFixture
{
    private const string ChromiumPath = "/usr/bin/chromium";
    private const float TimeoutMs = 60_000;

    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    /// <summary>The folder for screenshots, from EDGESYNC_SCREENSHOTS. Without it tests save none, so that a test run does not change the sources.</summary>
    public static string? ImageFolder { get; } = Environment.GetEnvironmentVariable("EDGESYNC_SCREENSHOTS");

    protected override async Task StartAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = ChromiumPath, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
    }

    protected override async Task StopAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    /// <summary>How many sheets of A4 a document takes when it is printed.</summary>
    internal async Task<int> CountSheetsAsync(string html)
    {
        var page = await _browser.NewPageAsync();
        await page.SetContentAsync(html);
        var pdf = System.Text.Encoding.Latin1.GetString(await page.PdfAsync(new() { Format = "A4", PreferCSSPageSize = true }));
        await page.CloseAsync();
        return System.Text.RegularExpressions.Regex.Count(pdf, @"/Type\s*/Page[^s]");
    }

    internal async Task<IBrowserContext> NewContextAsync(PageHost host, Device device, bool script = true, bool dark = false)
    {
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = host.Address.AbsoluteUri,
            ViewportSize = new() { Width = device.Width, Height = device.Height },
            DeviceScaleFactor = device.Width < 600 ? 2 : 1,
            IsMobile = true,
            HasTouch = true,
            JavaScriptEnabled = script,
            IgnoreHTTPSErrors = true,
            ReducedMotion = ReducedMotion.Reduce,
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
        });
        context.SetDefaultTimeout(TimeoutMs);
        return context;
    }

    /// <summary>Opens a page. The list collects script errors, violations of the policy and requests to anywhere else.</summary>
    internal static async Task<(IPage Page, List<string> Problems)> OpenAsync(IBrowserContext context, PageHost host, string path = "/")
    {
        var page = await context.NewPageAsync();
        var problems = new List<string>();
        page.PageError += (_, error) => problems.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                problems.Add(message.Text);
            }
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(host.Address.AbsoluteUri, StringComparison.Ordinal))
            {
                problems.Add($"request to {request.Url}");
            }
        };
        await page.GotoAsync(path);
        return (page, problems);
    }

    internal static Task SaveAsync(IPage page, string name, bool whole = false) =>
        ImageFolder is { } folder ? page.ScreenshotAsync(new() { Path = Path.Combine(folder, name), FullPage = whole }) : Task.CompletedTask;
}

/// <summary>The screen of a device, in CSS pixels.</summary>
internal sealed record Device(int Width, int Height)
{
    public static Device Tablet { get; } = new(1280, 800);

    public static Device TabletUpright { get; } = new(800, 1280);

    public static Device Phone { get; } = new(390, 844);

    public static Device PhoneSideways { get; } = new(844, 390);
}
