using EdgeSync.Hq.Tests.Support;
using Microsoft.Playwright;

namespace EdgeSync.Hq.Tests.Browser;

/// <summary>The view of a night in Debian's Chromium, with twelve stores among 2,000 other sites.</summary>
public sealed class NightBrowserTests(NightBrowserFixture fixture) : IClassFixture<NightBrowserFixture>
{
    [PeerFact]
    public async Task The_night_shows_the_worst_first_and_follows_a_report_without_a_reload()
    {
        await using var context = await fixture.NewContextAsync(1440, 1180);
        var (page, problems) = await fixture.OpenAsync(context, ExampleNight.Path);
        await page.Locator("#live[data-state=on]").WaitForAsync();
        await page.EvaluateAsync("window.stillTheSamePage = true");

        var rows = page.Locator(".nights tbody tr");
        Assert.Equal(12, await rows.CountAsync());
        Assert.Equal(
            ["store-0003", "store-0008", "store-0005", "store-0007", "store-0011", "store-0001"],
            (await page.Locator(".nights .name b").AllInnerTextsAsync()).Take(6));
        Assert.Contains("CrashLoopBackOff", await rows.First.InnerTextAsync(), StringComparison.Ordinal);
        await SaveScreenshotAsync(page, "hq-night.png");

        fixture.Night.Report();
        await page.Locator(".nights tr", new() { HasText = "store-0005" }).Locator(".badge.good").WaitForAsync();
        Assert.True(await page.EvaluateAsync<bool>("window.stillTheSamePage"));
        Assert.Empty(problems);
    }

    [PeerFact]
    public async Task On_a_phone_and_without_script_it_is_read_too()
    {
        await using var phone = await fixture.NewContextAsync(390, 844, phone: true);
        var (page, problems) = await fixture.OpenAsync(phone, ExampleNight.Path);
        var (content, screen) = (await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await page.EvaluateAsync<int>("innerWidth"));
        Assert.True(content <= screen, $"{content} px wide on a screen of {screen} px");
        await SaveScreenshotAsync(page, "hq-night-phone.png");
        Assert.Empty(problems);

        await using var plain = await fixture.NewContextAsync(1280, 900, script: false);
        (page, _) = await fixture.OpenAsync(plain, ExampleNight.Path);
        Assert.Equal(1, await page.Locator("noscript meta[http-equiv=refresh]").CountAsync());
        await page.Locator(".count-tile", new() { HasText = "rolled back" }).ClickAsync();
        Assert.Equal(1, await page.Locator(".nights tbody tr").CountAsync());
    }

    private static Task SaveScreenshotAsync(IPage page, string name) =>
        BrowserFixture.ImageFolder is { } folder ? page.ScreenshotAsync(new() { Path = Path.Combine(folder, name) }) : Task.CompletedTask;
}
