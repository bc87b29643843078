using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Tests.Support;
using Microsoft.Playwright;

namespace EdgeSync.Hq.Tests.Browser;

/// <summary>HQ with an example fleet, a real broker and Debian's Chromium.</summary>
public class BrowserFixture : PeerFixture, IDisposable
{
    public const int Sites = 2000;
    public const string Operator = "olga";
    private const string ChromiumPath = "/usr/bin/chromium";
    private const float TimeoutMs = 20_000;

    private readonly CancellationTokenSource _timeout = new(TimeSpan.FromMinutes(4));
    private HqFixture _fixture = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;
    private string _session = "";

    /// <summary>The folder for screenshots, from EDGESYNC_SCREENSHOTS. Without it tests save none, so that a test run does not change the sources.</summary>
    public static string? ImageFolder { get; } = Environment.GetEnvironmentVariable("EDGESYNC_SCREENSHOTS");

    /// <summary>How many sites the example fleet has.</summary>
    protected virtual int SiteCount => Sites;

    internal TestHq Hq => _fixture.Hq;

    internal TestSite Showcase { get; private set; } = null!;

    protected override async Task StartAsync()
    {
        _fixture = await HqFixture.StartAsync(_timeout.Token);
        var fleet = new ExampleFleet(Hq, Hq.Now);
        fleet.Build(SiteCount);
        Showcase = fleet.Showcase;
        await AddAsync(_timeout.Token);
        Hq.Get<UserStore>().Add(Operator, TestHq.Password, Role.Operator, "test");
        _session = Hq.Get<UserStore>().OpenSession(Operator).Text;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = ChromiumPath, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
    }

    protected override async Task StopAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        Showcase?.Dispose();
        await _fixture.DisposeAsync();
    }

    public void Dispose()
    {
        _timeout.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Adds sites to the example fleet.</summary>
    protected virtual Task AddAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    internal async Task<IBrowserContext> NewContextAsync(int width, int height, bool phone = false, bool script = true)
    {
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = Hq.Address.AbsoluteUri,
            ViewportSize = new() { Width = width, Height = height },
            DeviceScaleFactor = phone ? 2 : 1,
            IsMobile = phone,
            HasTouch = phone,
            JavaScriptEnabled = script,
            ReducedMotion = ReducedMotion.Reduce,
            ColorScheme = phone ? ColorScheme.Dark : ColorScheme.Light,
        });
        context.SetDefaultTimeout(TimeoutMs);
        return context;
    }

    /// <summary>Opens a page as a logged-in operator. The list collects script errors and policy violations.</summary>
    internal async Task<(IPage Page, List<string> Problems)> OpenAsync(IBrowserContext context, string path)
    {
        await context.AddCookiesAsync([new() { Name = "edgesync", Value = _session, Url = Hq.Address.AbsoluteUri }]);
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
        var answer = await page.GotoAsync(path);
        Assert.Equal(200, answer!.Status);
        return (page, problems);
    }
}
