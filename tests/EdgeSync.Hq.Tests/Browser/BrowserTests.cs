using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Tests.Support;
using Microsoft.Playwright;

namespace EdgeSync.Hq.Tests.Browser;

/// <summary>The pages in Debian's Chromium, with 2,000 sites.</summary>
public sealed class BrowserTests(BrowserFixture fixture) : IClassFixture<BrowserFixture>
{
    private const int Sites = BrowserFixture.Sites;
    private const string ShowcasePath = "/sites/stores/store-0417";
    private const string RolledBackPath = "/sites/stores/store-0067";

    [PeerFact]
    public async Task A_login_leads_back_to_the_requested_page()
    {
        await using var context = await fixture.NewContextAsync(1280, 900);
        var page = await context.NewPageAsync();
        await page.GotoAsync(ShowcasePath);
        Assert.Contains("/login?returnUrl=", page.Url, StringComparison.Ordinal);

        await page.GetByLabel("Name").FillAsync(BrowserFixture.Operator);
        await page.GetByLabel("Password").FillAsync("not the password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        Assert.Equal("Name or password is wrong.", await page.GetByRole(AriaRole.Alert).InnerTextAsync());

        await page.GetByLabel("Password").FillAsync(TestHq.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await page.WaitForURLAsync($"**{ShowcasePath}");
        Assert.Equal("store-0417", await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).InnerTextAsync());
    }

    [PeerFact]
    public async Task The_fleet_page_shows_2000_sites_in_pages_and_filters_them()
    {
        await using var context = await fixture.NewContextAsync(1440, 980);
        var (page, problems) = await fixture.OpenAsync(context, "/");

        Assert.Contains($"{Sites:N0} sites in 2 fleets", await page.Locator("#head").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(50, await page.Locator("table.sites tbody tr").CountAsync());
        await page.Locator("#live[data-state=on]").WaitForAsync();
        await SaveScreenshotAsync(page, "hq-fleet.png");

        await page.Locator("a.tile", new() { HasText = "Silent" }).ClickAsync();
        await page.WaitForURLAsync("**condition=silent");
        Assert.All(await page.Locator("table.sites .badge").AllInnerTextsAsync(), t => Assert.Equal("Silent", t));
        await page.GetByLabel("Search").FillAsync("store-0097");
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await page.WaitForURLAsync("**search=store-0097**");
        Assert.Equal(1, await page.Locator("table.sites tbody tr").CountAsync());
        Assert.Empty(problems);
    }

    [PeerFact]
    public async Task No_silent_or_stale_site_is_green()
    {
        await using var context = await fixture.NewContextAsync(1440, 980);
        foreach (var condition in new[] { "silent", "stale" })
        {
            var (page, _) = await fixture.OpenAsync(context, $"/?condition={condition}&pageSize=500");

            Assert.True(await page.Locator("table.sites tbody tr").CountAsync() > 10);
            Assert.Equal(0, await page.Locator("table.sites tbody .good").CountAsync());
        }
    }

    [PeerFact]
    public async Task A_rolled_back_site_is_neither_red_nor_green_and_names_the_running_release()
    {
        await using var context = await fixture.NewContextAsync(1280, 900);
        var (page, problems) = await fixture.OpenAsync(context, RolledBackPath);

        Assert.Equal("On last-good", (await page.Locator("#head .badge.kept").InnerTextAsync()).Trim());
        Assert.Equal(0, await page.Locator("#head .good, #head .bad, #channels .badge.good, #channels .badge.bad").CountAsync());
        var words = await page.Locator("#head p").First.InnerTextAsync();
        Assert.StartsWith("shop 4.2.1 runs again; 4.3.0 (", words, StringComparison.Ordinal);
        Assert.Contains("Failed here", await page.Locator("#channels").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("proven healthy by the signed ledger", await page.Locator("#channels").InnerTextAsync(), StringComparison.Ordinal);
        await page.Locator("#live[data-state=on]").WaitForAsync();
        await SaveScreenshotAsync(page, "hq-last-good.png");
        Assert.Empty(problems);
    }

    [PeerFact]
    public async Task The_timeline_of_a_site_grows_without_a_reload()
    {
        await using var context = await fixture.NewContextAsync(1280, 1100);
        var (page, problems) = await fixture.OpenAsync(context, ShowcasePath);
        await page.Locator("#live[data-state=on]").WaitForAsync();
        var entries = await page.Locator(".entry").CountAsync();
        await page.EvaluateAsync("window.stillTheSamePage = true");

        var site = fixture.Showcase;
        fixture.Hq.Ingest(site.Message(
            MessageKind.Acknowledgement,
            site.SignEntry(AcknowledgementEvent.Drifted, fixture.Hq.Now, TestSite.Release("4.2.1", 42), message: "ConfigMap shop/prices was edited at the site"),
            fixture.Hq.Now));

        await page.Locator(".entry", new() { HasText = "ConfigMap shop/prices was edited" }).WaitForAsync();
        Assert.Equal(entries + 1, await page.Locator(".entry").CountAsync());
        Assert.True(await page.EvaluateAsync<bool>("window.stillTheSamePage"));
        fixture.Hq.Ingest(site.Message(
            MessageKind.Acknowledgement, site.SignEntry(AcknowledgementEvent.Repaired, fixture.Hq.Now, TestSite.Release("4.2.1", 42), durationMs: 2100), fixture.Hq.Now));
        await page.Locator(".entry", new() { HasText = "2.1 s" }).WaitForAsync();
        await SaveScreenshotAsync(page, "hq-site.png");
        Assert.Empty(problems);
    }

    [PeerFact]
    public async Task On_a_phone_no_page_is_wider_than_the_screen()
    {
        await using var context = await fixture.NewContextAsync(390, 844, phone: true);
        foreach (var path in new[] { "/", ShowcasePath, RolledBackPath, "/enrolment", "/accounts", "/integrity" })
        {
            var (page, problems) = await fixture.OpenAsync(context, path);

            var (content, screen) = (await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await page.EvaluateAsync<int>("innerWidth"));
            Assert.True(content <= screen, $"{path} is {content} px wide on a screen of {screen} px");
            if (path == "/")
            {
                await page.Locator("#live[data-state=on]").WaitForAsync();
                await SaveScreenshotAsync(page, "hq-phone.png");
            }

            Assert.Empty(problems);
        }
    }

    [PeerFact]
    public async Task The_enrolment_page_shows_a_token_once()
    {
        await using var context = await fixture.NewContextAsync(1280, 900);
        var (page, problems) = await fixture.OpenAsync(context, "/enrolment");
        await page.GetByLabel("Fleet").FillAsync("stores");
        await page.GetByLabel("Site").FillAsync("store-9001");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create token" }).ClickAsync();

        var command = await page.Locator("#token").InnerTextAsync();
        Assert.Contains("--fleet stores --site store-9001 --token esen_", command, StringComparison.Ordinal);
        var secret = command[command.IndexOf("esen_", StringComparison.Ordinal)..].Trim();
        await page.GotoAsync("/enrolment");
        Assert.DoesNotContain(secret, await page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(problems);
    }

    [PeerFact]
    public async Task The_pages_work_without_script()
    {
        await using var context = await fixture.NewContextAsync(1280, 900, script: false);
        var (page, _) = await fixture.OpenAsync(context, "/");

        await page.Locator("select[name=fleet]").SelectOptionAsync("ships");
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();

        Assert.Equal(50, await page.Locator("table.sites tbody tr").CountAsync());
        Assert.All(await page.Locator("table.sites .name small").AllInnerTextsAsync(), t => Assert.Equal("ships", t));
    }

    private static Task SaveScreenshotAsync(IPage page, string name) =>
        BrowserFixture.ImageFolder is { } folder ? page.ScreenshotAsync(new() { Path = Path.Combine(folder, name) }) : Task.CompletedTask;
}
