using EdgeSync.Agent.Page.Views;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Page.Tests.Support;
using EdgeSync.Reconciliation;
using Microsoft.Playwright;

namespace EdgeSync.Page.Tests.Browser;

/// <summary>The page in Debian's Chromium, as a tablet and as a phone show it.</summary>
public sealed class PageTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    [PeerFact]
    public async Task The_page_shows_what_runs_and_changes_without_a_reload()
    {
        await using var host = await PageHost.StartAsync();
        await using var context = await browser.NewContextAsync(host, Device.Tablet);
        var (page, problems) = await BrowserFixture.OpenAsync(context, host);
        await page.Locator("#live[data-state=on]").WaitForAsync();
        Assert.Equal("Healthy", (await page.Locator(".hero .state").InnerTextAsync()).Trim());
        Assert.Contains("shop 4.2.1", await page.Locator("#channels").InnerTextAsync(), StringComparison.Ordinal);
        await BrowserFixture.SaveAsync(page, "page-tablet.png");
        await page.EvaluateAsync("window.stillTheSamePage = true");

        host.Site.Channel = Waiting(host.Site.Channel);
        host.Site.Raise();

        await page.Locator(".hero .line", new() { HasText = "activations may begin again on Wed" }).WaitForAsync();
        Assert.Equal("Waiting", (await page.Locator(".hero .state").InnerTextAsync()).Trim());
        Assert.Contains("Next: shop 4.3.0", await page.Locator("#channels").InnerTextAsync(), StringComparison.Ordinal);
        Assert.True(await page.EvaluateAsync<bool>("window.stillTheSamePage"));
        Assert.Empty(problems);
    }

    [PeerFact]
    public async Task A_part_in_which_somebody_types_is_not_replaced()
    {
        await using var host = await PageHost.StartAsync();
        host.Site.Holds.Add(new HoldStatus("ann", "flight 417", ScriptedSite.Start));
        await using var context = await browser.NewContextAsync(host, Device.Tablet);
        var (page, _) = await BrowserFixture.OpenAsync(context, host);
        await page.Locator("#live[data-state=on]").WaitForAsync();
        await page.Locator("#holds").GetByLabel("Your name").FillAsync("bob");

        host.Site.Channel = Waiting(host.Site.Channel);
        host.Site.Holds.Add(new HoldStatus("eve", "lunch", ScriptedSite.Start));
        host.Site.Raise();

        await page.Locator(".hero .state", new() { HasText = "Waiting" }).WaitForAsync();
        Assert.Equal("bob", await page.Locator("#holds").GetByLabel("Your name").InputValueAsync());
    }

    [PeerTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hold_is_set_and_released_with_script_and_without(bool script)
    {
        await using var host = await PageHost.StartAsync();
        await using var context = await browser.NewContextAsync(host, Device.TabletUpright, script);
        var (page, problems) = await BrowserFixture.OpenAsync(context, host);

        await page.GetByText("Hold changes", new() { Exact = true }).ClickAsync();
        await page.Locator("#hold-form").GetByLabel("Your name").FillAsync("ann");
        await page.Locator("#hold-form").GetByLabel("Reason").FillAsync("flight 417");
        await page.Locator("#hold-form").GetByLabel("Until").FillAsync("4h");
        await page.Locator("#hold-form").GetByRole(AriaRole.Button, new() { Name = "Hold", Exact = true }).ClickAsync();

        await page.Locator(".hold", new() { HasText = "ann holds the site: flight 417" }).WaitForAsync();
        Assert.Equal("Healthy, held", (await page.Locator(".hero .state").InnerTextAsync()).Trim());
        Assert.Contains("until 22:42", await page.Locator(".hold").InnerTextAsync(), StringComparison.Ordinal);
        if (script)
        {
            await BrowserFixture.SaveAsync(page, "page-held.png");
        }

        // The browser remembers the name.
        Assert.Equal("ann", await page.Locator(".hold").GetByLabel("Your name").InputValueAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Release the hold" }).ClickAsync();
        await page.Locator(".hero .state", new() { HasTextRegex = new(@"^\s*Healthy\s*$") }).WaitForAsync();
        Assert.Equal(0, await page.Locator(".hold").CountAsync());
        Assert.Empty(host.Site.Holds);
        Assert.Empty(problems);
    }

    [PeerFact]
    public async Task A_preflight_shows_its_bars_its_checks_and_a_large_answer()
    {
        await using var host = await PageHost.StartAsync();
        await using var context = await browser.NewContextAsync(host, Device.Tablet);
        var (page, problems) = await BrowserFixture.OpenAsync(context, host);
        await page.Locator("#live[data-state=on]").WaitForAsync();
        await page.Locator("#preflight-form summary").ClickAsync();
        await page.Locator("#preflight-form").GetByLabel("Your name").FillAsync("ann");
        await page.Locator("#preflight-form").GetByLabel("Deadline").FillAsync("20m");
        await page.Locator("#preflight-form").GetByLabel("Mission").FillAsync("12h");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start preflight" }).ClickAsync();
        await page.Locator("#preflight", new() { HasText = "Preflight is running" }).WaitForAsync();
        Assert.False(await page.Locator("#preflight-form").IsVisibleAsync());
        await page.Locator("#live[data-state=on]").WaitForAsync();

        host.Site.Preflight = host.Site.Preflight! with
        {
            Progress = [new PipelineProgress("stable", PipelineStage.Fetch, "layers of shop 4.3.0", 187_400_000, 333_800_000)],
            Checks = [new CheckResult("clock", CheckOutcome.Passed, "the clock is trusted", "why"), new CheckResult("kubernetes", CheckOutcome.Passed, "v1.36.1 answers", "why")],
        };
        host.Site.Raise();
        await page.Locator("progress[value='187400000']").WaitForAsync();
        Assert.Contains("178.7 of 318.3 MiB", await page.Locator(".bars").InnerTextAsync(), StringComparison.Ordinal);
        await BrowserFixture.SaveAsync(page, "page-preflight.png");

        host.Site.Preflight = Ended(host.Site.Preflight, PreflightVerdict.Go);
        host.Site.Raise();
        await page.Locator(".verdict.go").WaitForAsync();
        Assert.Equal("GO", await page.Locator(".verdict h2").InnerTextAsync());
        var height = await page.Locator(".verdict h2").EvaluateAsync<double>("heading => parseFloat(getComputedStyle(heading).fontSize)");
        Assert.True(height >= 80, $"GO is {height} px high");
        await BrowserFixture.SaveAsync(page, "page-go.png");
        Assert.Empty(problems);
    }

    [PeerFact]
    public async Task No_go_names_every_reason_on_a_phone_in_the_dark()
    {
        await using var host = await PageHost.StartAsync();
        host.Site.Preflight = Ended(new PreflightView { By = "ann", At = ScriptedSite.Start.AddMinutes(-3) }, PreflightVerdict.NoGo);
        await using var context = await browser.NewContextAsync(host, Device.Phone, dark: true);
        var (page, problems) = await BrowserFixture.OpenAsync(context, host);

        Assert.Equal("NO-GO", await page.Locator(".verdict.nogo h2").InnerTextAsync());
        Assert.Contains("expiry: the certificate of the kubelet ends at 02:10", await page.Locator(".verdict").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("What to do: Run 'k3s certificate rotate'", await page.Locator("#preflight .checks .bad").InnerTextAsync(), StringComparison.Ordinal);
        await page.Locator("#live[data-state=on]").WaitForAsync();
        await BrowserFixture.SaveAsync(page, "page-phone.png");
        Assert.Empty(problems);
    }

    [PeerFact]
    public async Task A_pin_is_asked_for_over_TLS_and_opens_the_page_without_script_too()
    {
        await using var host = await PageHost.StartAsync(tls: true, pin: "314159");
        await using var context = await browser.NewContextAsync(host, Device.Phone, script: false);
        var (page, problems) = await BrowserFixture.OpenAsync(context, host);
        Assert.EndsWith("/login", page.Url, StringComparison.Ordinal);
        await BrowserFixture.SaveAsync(page, "page-pin.png");

        await page.GetByLabel("The PIN of this site").FillAsync("000000");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        Assert.Equal("The PIN is wrong.", (await page.GetByRole(AriaRole.Alert).InnerTextAsync()).Trim());
        await page.GetByLabel("The PIN of this site").FillAsync("314159");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();

        Assert.Equal("Healthy", (await page.Locator(".hero .state").InnerTextAsync()).Trim());
        Assert.True(await page.Locator(".days .today rect.now").CountAsync() == 1, "the strip shows now");
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        Assert.EndsWith("/login", page.Url, StringComparison.Ordinal);
        Assert.DoesNotContain(problems, problem => !problem.Contains("401", StringComparison.Ordinal));
    }

    [PeerFact]
    public async Task An_open_page_asks_for_the_new_pin()
    {
        await using var host = await PageHost.StartAsync(pin: "314159");
        await using var context = await browser.NewContextAsync(host, Device.Tablet);
        var (page, _) = await BrowserFixture.OpenAsync(context, host);
        await page.GetByLabel("The PIN of this site").FillAsync("314159");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        await page.Locator("#live[data-state=on]").WaitForAsync();

        await host.Pin.WriteAsync("271828", CancellationToken.None);
        host.Site.Raise();

        await page.GetByLabel("The PIN of this site").WaitForAsync();
    }

    /// <summary>Nothing is wider than a screen, and whatever is to be touched is at least 48 px high.</summary>
    [PeerFact]
    public async Task On_every_screen_the_page_fits_and_its_buttons_are_large()
    {
        await using var host = await PageHost.StartAsync();
        host.Site.Channel = Waiting(host.Site.Channel) with { Details = [new string('x', 300)], Hint = "Wait for the window, or run 'edgesync sync --now --reason TEXT'." };
        host.Site.Holds.Add(new HoldStatus("ann", new string('y', 180), ScriptedSite.Start));
        host.Site.Notices = [new SiteNotice("AddressInUse", "the mirror is down, because it cannot listen on 127.0.0.1:5555: another process uses the address", "End the other process.")];
        host.Site.Preflight = Ended(new PreflightView { By = "ann", At = ScriptedSite.Start }, PreflightVerdict.NoGo);
        foreach (var device in new[] { Device.Phone, Device.PhoneSideways, Device.Tablet, Device.TabletUpright })
        {
            await using var context = await browser.NewContextAsync(host, device);
            var (page, problems) = await BrowserFixture.OpenAsync(context, host);
            await page.EvaluateAsync("document.querySelectorAll('details').forEach((part) => { part.open = true; })");

            var width = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            Assert.True(width <= device.Width, $"the page is {width} px wide on {device}");
            var small = await page.EvaluateAsync<string[]>(
                "[...document.querySelectorAll('button, summary, input:not([type=hidden])')].filter((part) => part.getBoundingClientRect().height < 48).map((part) => part.outerHTML)");
            Assert.Empty(small);
            Assert.Empty(problems);
        }
    }

    private static ChannelStatus Waiting(ChannelStatus channel) => channel with
    {
        State = ChannelState.Waiting,
        Stage = PipelineStage.Gate,
        Pending = ScriptedSite.Release("shop", "4.3.0", 43),
        Reason = ReasonCodes.WindowClosed,
        Message = "shop 4.3.0 is staged and waits for its window: activations may begin again on Wed 2026-12-02 02:00 Europe/Berlin (2026-12-02 01:00:00Z)",
        Since = ScriptedSite.Start.AddMinutes(-17),
    };

    private static PreflightView Ended(PreflightView begun, PreflightVerdict verdict) => begun with
    {
        IsRunning = false,
        Report = new PreflightReport
        {
            Fleet = "retail",
            Site = "store-0417",
            At = begun.At,
            EndedAt = begun.At.AddMinutes(2),
            By = begun.By,
            Verdict = verdict,
            Reasons = verdict == PreflightVerdict.Go ? [] : ["expiry: the certificate of the kubelet ends at 02:10, before the mission is over", "pods: pod shop/till-6f is in CrashLoopBackOff"],
            MissionEnds = ScriptedSite.Start.AddHours(12),
            Hold = verdict == PreflightVerdict.Go ? "flight 417" : null,
            Checks =
            [
                new CheckResult("clock", CheckOutcome.Passed, "the clock is trusted", "Certificates are checked by it."),
                new CheckResult("kubernetes", CheckOutcome.Passed, "v1.36.1 answers in 12 ms", "Nothing changes without it."),
                new CheckResult("outbox", CheckOutcome.Warned, "3 acknowledgements are not confirmed by HQ", "HQ does not know yet what runs here."),
                .. verdict == PreflightVerdict.Go
                    ? Array.Empty<CheckResult>()
                    :
                    [
                        new CheckResult("expiry", CheckOutcome.Failed, "the certificate of the kubelet ends at 02:10, before the mission is over", "The node is not ready any more from then on.", "Run 'k3s certificate rotate'"),
                    ],
            ],
        },
    };
}
