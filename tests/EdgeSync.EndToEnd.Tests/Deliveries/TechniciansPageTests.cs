using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

/// <summary>The technician's page of the published binary in Debian's Chromium, on a real node.</summary>
public sealed class TechniciansPageTests(ITestOutputHelper output)
{
    private const string Pin = "271828";
    private const float PatienceMs = 90_000;
    private static readonly ShopVersion One = new("1.0.0");
    private static readonly ShopVersion Two = new("2.0.0");

    [PeerFact]
    public async Task A_crew_logs_in_holds_releases_and_gets_GO_on_the_page()
    {
        await using var world = await ShopWorld.StartAsync(withPods: true);
        var port = world.Session.ReservePort();
        await world.ReconfigureAsync(site => site with { Page = $"{{listen: '127.0.0.1:{port}', tls: site}}" });
        await SetPinAsync(world);
        await world.Delivery.DeliverAsync(One);
        world.Site.Start();
        await world.AwaitHealthyAsync("1.0.0");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
        await using var context = await browser.NewContextAsync(new() { IgnoreHTTPSErrors = true, BaseURL = $"https://127.0.0.1:{port}/", ViewportSize = new() { Width = 1280, Height = 800 } });
        context.SetDefaultTimeout(PatienceMs);
        var page = await context.NewPageAsync();
        try
        {
            await PlayAsync(world, page);
        }
        catch (Exception failure) when (failure is PlaywrightException or TimeoutException)
        {
            output.WriteLine(await page.Locator("body").InnerTextAsync());
            output.WriteLine(world.Site.Log);
            throw;
        }
    }

    private static async Task PlayAsync(ShopWorld world, IPage page)
    {
        await page.GotoAsync("/");
        await page.GetByLabel("The PIN of this site").FillAsync(Pin);
        await page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        await page.Locator("#channels", new() { HasText = "shop 1.0.0" }).WaitForAsync();

        // A hold that is set on the page keeps a release away, and the page shows it without a reload.
        await page.Locator("#hold-form summary").ClickAsync();
        await page.Locator("#hold-form").GetByLabel("Your name").FillAsync("ann");
        await page.Locator("#hold-form").GetByLabel("Reason").FillAsync("unloading");
        await page.Locator("#hold-form").GetByRole(AriaRole.Button, new() { Name = "Hold", Exact = true }).ClickAsync();
        await page.Locator(".hold", new() { HasText = "ann holds the site: unloading" }).WaitForAsync();
        await world.Delivery.DeliverAsync(Two);
        await page.Locator(".hero .line", new() { HasText = ReasonCodes.Held }).WaitForAsync();
        await page.Locator("#channels", new() { HasText = "Next: shop 2.0.0" }).WaitForAsync();
        Assert.Contains("Shop 1.0.0", await world.PageAsync(), StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Button, new() { Name = "Release the hold" }).ClickAsync();
        await page.Locator("#channels .runs", new() { HasText = "shop 2.0.0" }).WaitForAsync();
        await page.Locator(".hero.good").WaitForAsync();
        Assert.Null((await world.Site.StatusAsync()).Holds);

        // A preflight with a hold for the mission.
        await page.Locator("#preflight-form summary").ClickAsync();
        await page.Locator("#preflight-form").GetByLabel("Mission").FillAsync("1h");
        await page.Locator("#preflight-form").GetByLabel("With GO").FillAsync("flight 417");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start preflight" }).ClickAsync();
        await page.Locator("#preflight .running").WaitForAsync();
        await page.Locator("#preflight .verdict").WaitForAsync();
        Assert.Equal("GO", await page.Locator(".verdict h2").InnerTextAsync());

        var held = Assert.Single((await world.Site.StatusAsync()).Holds!);
        Assert.Equal(("ann", "flight 417"), (held.Owner, held.Reason));
        var entries = world.Ledger();
        Assert.Contains(entries, entry => entry is { Event: AcknowledgementEvent.Released, Message: "ann ended the hold of ann on the site: unloading" });
        Assert.Equal(("ann", PreflightVerdict.Go), Assert.Single(entries.Select(entry => entry.Preflight).OfType<PreflightReport>().Select(report => (report.By, report.Verdict))));

        // A killed agent comes back, and the page with it: it asks for the PIN again, and still has the answer.
        await world.Site.KillAsync();
        await page.Locator("#live[data-state=lost]").WaitForAsync();
        world.Site.Start();
        await page.GetByLabel("The PIN of this site").FillAsync(Pin);
        await page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        await page.Locator(".verdict.go").WaitForAsync();
    }

    private static async Task SetPinAsync(ShopWorld world)
    {
        var result = await PeerTool.Installed("sh").RunAsync(
            CancellationToken.None, "-c", $"echo {Pin} | '{ShopWorld.EdgeSync.Path}' page pin --config '{world.Configuration.FilePath}'");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(world.Configuration.StateDirectory, "page-pin")));
    }
}
