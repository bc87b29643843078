using EdgeSync.Hq.Tests.Support;
using Microsoft.Playwright;

namespace EdgeSync.Hq.Tests.Browser;

/// <summary>The board and the preflights of a site in Debian's Chromium, with twelve aircraft among other sites.</summary>
public sealed class BoardBrowserTests(BoardBrowserFixture fixture) : IClassFixture<BoardBrowserFixture>
{
    private const string NoGoPath = "/sites/wing/tail-403";

    [PeerFact]
    public async Task The_board_shows_the_worst_first_and_counts_by_the_second()
    {
        await using var context = await fixture.NewContextAsync(1920, 1200);
        var (page, problems) = await fixture.OpenAsync(context, ExampleBoard.Path);
        await page.Locator("#live[data-state=on]").WaitForAsync();

        Assert.Equal(12, await page.Locator(".tile-site").CountAsync());
        Assert.Contains("NO-GO", await page.Locator(".tile-site").First.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("CrashLoopBackOff", await page.Locator(".tile-site").First.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("refused olga's request", await page.Locator(".tile-site", new() { HasText = "tail-407" }).InnerTextAsync(), StringComparison.Ordinal);
        Assert.Matches(@"flight-kit 7\.3\.0 due in \d+:\d\d", await page.Locator(".tile-site", new() { HasText = "tail-411" }).InnerTextAsync());
        await SaveScreenshotAsync(page, "hq-board.png");
        var countdown = page.Locator(".tile-site .due .countdown").First;
        var before = await countdown.InnerTextAsync();
        await page.WaitForFunctionAsync("text => document.querySelector('.tile-site .due .countdown').textContent !== text", before);
        Assert.Empty(problems);
    }

    [PeerFact]
    public async Task The_board_follows_a_preflight_without_a_reload()
    {
        await using var context = await fixture.NewContextAsync(1440, 900);
        var (page, problems) = await fixture.OpenAsync(context, ExampleBoard.Path);
        await page.Locator("#live[data-state=on]").WaitForAsync();
        await page.EvaluateAsync("window.stillTheSamePage = true");
        var site = page.Locator(".tile-site", new() { HasText = "tail-409" });
        Assert.Contains("not asked", await site.InnerTextAsync(), StringComparison.Ordinal);

        fixture.Board.Run(fixture.Board.NotAsked);
        await page.Locator(".tile-site.busy", new() { HasText = "tail-409" }).WaitForAsync();
        Assert.Contains("verify", await site.InnerTextAsync(), StringComparison.Ordinal);

        fixture.Board.End(fixture.Board.NotAsked);
        await page.Locator(".tile-site.good", new() { HasText = "tail-409" }).WaitForAsync();
        Assert.True(await page.EvaluateAsync<bool>("window.stillTheSamePage"));
        Assert.Empty(problems);
    }

    [PeerFact]
    public async Task The_page_of_a_site_shows_a_NO_GO_with_every_check()
    {
        await using var context = await fixture.NewContextAsync(1280, 1500);
        var (page, problems) = await fixture.OpenAsync(context, NoGoPath);
        await page.Locator("#live[data-state=on]").WaitForAsync();

        Assert.Equal("NO-GO", await page.Locator("#preflight .verdict b").First.InnerTextAsync());
        Assert.Equal(18, await page.Locator("#preflight .checks").First.Locator("tbody tr").CountAsync());
        Assert.Equal("failed", (await page.Locator("#preflight .checks tbody .badge").First.InnerTextAsync()).Trim());
        await SaveScreenshotAsync(page, "hq-no-go.png");

        // What somebody has opened stays open when the page is brought up to date.
        await page.Locator(".earlier summary").First.ClickAsync();
        var site = fixture.Board.NoGo;
        fixture.Hq.Ingest(site.Message(Hq.Ingestion.MessageKind.Acknowledgement, site.SignEntry(Contracts.Acknowledgements.AcknowledgementEvent.Received, fixture.Hq.Now, message: "something new"), fixture.Hq.Now));
        await page.Locator(".entry", new() { HasText = "something new" }).WaitForAsync();
        Assert.Equal(1, await page.Locator(".earlier details[open]").CountAsync());
        Assert.Empty(problems);
    }

    [PeerFact]
    public async Task A_whole_selection_is_asked_after_a_look_at_it()
    {
        await using var context = await fixture.NewContextAsync(1280, 900);
        var (page, problems) = await fixture.OpenAsync(context, "/board?selector=squadron%3D7,type%3Dtanker");

        await page.GetByLabel("Ready by (UTC)").FillAsync("06:30");
        await page.GetByLabel("Mission, hours").FillAsync("12");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask 12 sites for a preflight…" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Ask 12 sites for a preflight?" }).WaitForAsync();
        Assert.Contains("06:30 UTC", await page.Locator(".terms").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("wing/tail-412", await page.Locator(".names").InnerTextAsync(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Link, new() { Name = "Cancel" }).ClickAsync();

        await page.WaitForURLAsync("**/board?selector=squadron%3D7,type%3Dtanker");
        Assert.Empty(problems);
    }

    [PeerFact]
    public async Task On_a_phone_board_and_report_are_not_wider_than_the_screen()
    {
        await using var context = await fixture.NewContextAsync(390, 844, phone: true);
        foreach (var path in new[] { ExampleBoard.Path, NoGoPath, "/board/ask?selector=squadron%3D7&deadline=06:30" })
        {
            var (page, problems) = await fixture.OpenAsync(context, path);

            var (content, screen) = (await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await page.EvaluateAsync<int>("innerWidth"));
            Assert.True(content <= screen, $"{path} is {content} px wide on a screen of {screen} px");
            if (path == ExampleBoard.Path)
            {
                await page.Locator("#live[data-state=on]").WaitForAsync();
                await SaveScreenshotAsync(page, "hq-board-phone.png");
            }

            Assert.Empty(problems);
        }
    }

    [PeerFact]
    public async Task Without_script_the_board_is_read_and_loads_itself_again()
    {
        await using var context = await fixture.NewContextAsync(1280, 900, script: false);
        var (page, _) = await fixture.OpenAsync(context, ExampleBoard.Path);

        Assert.Equal(12, await page.Locator(".tile-site").CountAsync());
        Assert.Equal(1, await page.Locator("noscript meta[http-equiv=refresh]").CountAsync());
        await page.Locator(".count-tile", new() { HasText = "NO-GO" }).ClickAsync();
        Assert.Equal(1, await page.Locator(".tile-site").CountAsync());
    }

    private static Task SaveScreenshotAsync(IPage page, string name) =>
        BrowserFixture.ImageFolder is { } folder ? page.ScreenshotAsync(new() { Path = Path.Combine(folder, name) }) : Task.CompletedTask;
}
