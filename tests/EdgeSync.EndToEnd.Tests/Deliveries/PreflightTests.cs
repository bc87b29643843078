using System.Text.Json.Nodes;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;
using Xunit.Abstractions;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

/// <summary>Preflight and doctor on a real node, with the published binary.</summary>
public sealed class PreflightTests(ITestOutputHelper output)
{
    private static readonly ShopVersion One = new("1.0.0");
    private static readonly ShopVersion Two = new("2.0.0");

    [PeerFact]
    public async Task A_healthy_site_is_GO_with_a_hold_a_page_and_a_signed_entry()
    {
        await using var world = await ShopWorld.StartAsync(withPods: true);
        await world.Delivery.DeliverAsync(One);
        world.Site.Start();
        await world.Site.AwaitStatusAsync(_ => true, "reachable");
        var page = Path.Combine(world.Configuration.Folder, "preflight.html");

        // The reload brings the first release: nothing ran before.
        var result = await world.RunAsync("preflight", "--by", "ann", "--deadline", "30m", "--mission", "12h", "--deep", "--hold", "flight 417", "--report", page);
        output.WriteLine(result.Output);

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Contains("=== GO ===", result.Output, StringComparison.Ordinal);
        Assert.Contains("stable confirm", result.Output, StringComparison.Ordinal);
        Assert.Contains(">GO<", await File.ReadAllTextAsync(page), StringComparison.Ordinal);
        var status = await world.Site.StatusAsync();
        Assert.Equal(("ann", "flight 417"), (Assert.Single(status.Holds!).Owner, status.Holds![0].Reason));
        var entry = Assert.Single(world.Ledger(), happened => happened.Event == AcknowledgementEvent.Preflight);
        Assert.Equal((PreflightVerdict.Go, null), (entry.Preflight!.Verdict, entry.Reason));
        Assert.True(entry.Preflight.Checks.Count > 15, $"{entry.Preflight.Checks.Count} checks");

        // Nothing changes during the mission.
        await world.Delivery.DeliverAsync(Two);
        await world.Site.AwaitStatusAsync(now => now.Channels is [{ Reason: ReasonCodes.Held }], "held before 2.0.0");
        Assert.Contains("Shop 1.0.0", await world.PageAsync(), StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Each_fault_of_the_node_is_found_and_is_NO_GO()
    {
        await using var world = await StartHealthyAsync(withPods: true);

        await world.Node.CreateAsync("/api/v1/namespaces/shop/pods", $$$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"crasher"},"spec":{"containers":[{"name":"main","image":"{{{One.Image}}}","command":["/bin/busybox","false"]}]}}
            """);
        await AwaitDoctorAsync(world, "pods", "pod shop/crasher");
        Assert.Equal(1, (await world.RunAsync("preflight", "--output", "json")).ExitCode);
        await world.Node.DeleteAsync("/api/v1/namespaces/shop/pods/crasher?gracePeriodSeconds=0");

        var rm = await PeerTool.Installed("ctr").RunAsync(
            CancellationToken.None, "-a", world.Node.RuntimeEndpoint!["unix://".Length..], "-n", "k8s.io", "images", "rm", "--sync", One.Image);
        rm.EnsureSuccess();
        await AwaitDoctorAsync(world, "images", One.Image);
    }

    [PeerFact]
    public async Task A_hold_of_another_and_an_overwritten_page_are_NO_GO()
    {
        await using var world = await StartHealthyAsync(withPods: false);
        await world.RunAsync("hold", "set", "--by", "bob", "--reason", "inventory");

        var held = await PreflightAsync(world, 1);
        Assert.Contains(held.Reasons, reason => reason.StartsWith("holds: held: the whole site by bob", StringComparison.Ordinal));
        await world.RunAsync("hold", "clear", "--by", "bob");

        await world.Site.StopAsync();
        var database = Path.Combine(world.Configuration.StateDirectory, "site.db");
        await using (var file = new FileStream(database, FileMode.Open, FileAccess.Write))
        {
            file.Position = file.Length / 2 / 4096 * 4096;
            await file.WriteAsync(new byte[4096]);
        }

        var doctor = await DoctorAsync(world);
        Assert.Equal(CheckOutcome.Failed, doctor.Checks.Single(check => check.Check == "database").Outcome);
        Assert.Equal(CheckOutcome.Failed, doctor.Outcome);
    }

    [PeerFact]
    public async Task Without_a_link_the_age_is_a_warning_and_a_failure_where_the_link_is_required()
    {
        await using var world = await StartHealthyAsync(withPods: false);
        await world.Registry.StopAsync();

        var warned = await world.RunAsync("preflight", "--output", "json", "--channel", "stable");
        Assert.Equal(CheckOutcome.Warned, ReportOf(warned).Checks.Single(check => check.Check == "link").Outcome);
        var required = await world.RunAsync("preflight", "--output", "json", "--require-link");
        Assert.Equal(1, required.ExitCode);
        Assert.Contains(ReportOf(required).Reasons, reason => reason.StartsWith("link: channel stable: the registry was last seen", StringComparison.Ordinal));
        Assert.Contains((await DoctorAsync(world)).Checks, check => check.Check.StartsWith("registry ", StringComparison.Ordinal) && check.Details![^1].StartsWith("TCP: failed", StringComparison.Ordinal));
    }

    [PeerFact]
    public async Task A_deadline_that_cannot_be_met_is_refused_in_advance_with_the_arithmetic()
    {
        await using var world = await StartHealthyAsync(withPods: false);
        await world.Site.StopAsync();
        SiteHistory.Add(Path.Combine(world.Configuration.StateDirectory, "site.db"), "Confirm", TimeSpan.FromMinutes(10));
        await world.Delivery.DeliverAsync(Two with { HasPods = false });

        var report = await PreflightAsync(world, 1, "--deadline", "5m", "--mission", "1h");

        Assert.Contains(report.Reasons, reason => reason.Contains("it does not fit before the deadline", StringComparison.Ordinal)
            && reason.Contains("about 10m", StringComparison.Ordinal) && reason.Contains("going back 10m, 20m together", StringComparison.Ordinal));
        Assert.Contains("Shop 1.0.0", await world.PageAsync(), StringComparison.Ordinal);
        world.Site.Start();
        await world.Site.AwaitStatusAsync(status => status.Channels is [{ Reason: ReasonCodes.PreflightDeadline, Running.Version: "1.0.0" }], "on 1.0.0 for the mission");
    }

    [PeerFact]
    public async Task A_deadline_that_passes_in_the_middle_ends_on_last_good_before_it()
    {
        await using var world = await StartHealthyAsync(withPods: false);
        await world.Site.StopAsync();
        await world.Delivery.DeliverAsync(Two with { HasPods = false, MoreDefinition = ShopVersion.NeverReady });
        world.Site.Start();
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(25);

        var report = await PreflightAsync(world, 1, "--deadline", deadline.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));

        Assert.Contains(report.Reasons, reason => reason.Contains("channel stable is rolled back", StringComparison.Ordinal) && reason.Contains(ReasonCodes.PreflightDeadlineMissed, StringComparison.Ordinal));
        Assert.Contains("Shop 1.0.0", await world.PageAsync(), StringComparison.Ordinal);
        var back = Assert.Single(world.Ledger(), entry => entry.Event == AcknowledgementEvent.RolledBack);
        Assert.True(back.At <= deadline, $"back at {back.At:O}, deadline {deadline:O}");
    }

    [PeerFact]
    public async Task The_checks_that_a_bundle_brings_count_and_leave_nothing_behind()
    {
        await using var world = await ShopWorld.StartAsync(withPods: true);
        world.Site.Start();
        await world.Delivery.DeliverAsync(WithChecks(One, "true"));
        await world.AwaitHealthyAsync("1.0.0");

        var go = await PreflightAsync(world, 0);
        Assert.Equal(
            [("bundle stable/till", CheckOutcome.Passed), ("bundle stable/verify", CheckOutcome.Passed)], go.Checks.Where(IsOfTheBundle).Select(check => (check.Check, check.Outcome)));

        // The release is healthy all the same: its checks belong to no activation.
        await world.Delivery.DeliverAsync(WithChecks(Two, "echo no prices; exit 1"));
        await world.AwaitHealthyAsync("2.0.0");
        var noGo = await PreflightAsync(world, 1);
        Assert.StartsWith("bundle stable/verify: Job shop/verify: the Job failed", Assert.Single(noGo.Reasons), StringComparison.Ordinal);
        Assert.Contains("  no prices", noGo.Checks.Single(check => check.Check == "bundle stable/verify").Details!);

        Assert.Empty((await world.FindAsync("/apis/batch/v1/namespaces/shop/jobs"))!["items"]!.AsArray());
        Assert.Equal(0, (await world.RunAsync("diff")).ExitCode);
        Assert.DoesNotContain((await DoctorAsync(world)).Checks, IsOfTheBundle);

        static bool IsOfTheBundle(CheckResult check) => check.Check.StartsWith("bundle ", StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task An_agent_that_is_killed_while_it_waits_for_health_still_keeps_the_deadline()
    {
        await using var world = await StartHealthyAsync(withPods: false);
        await world.Site.StopAsync();
        await world.Delivery.DeliverAsync(Two with { HasPods = false, MoreDefinition = ShopVersion.NeverReady });
        world.Site.Start();
        await world.Site.AwaitStatusAsync(_ => true, "reachable");
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(30);
        var preflight = PreflightAsync(world, 1, "--deadline", deadline.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        await Eventually.TrueAsync(() => Task.FromResult(world.Ledger().Any(entry => entry is { Event: AcknowledgementEvent.Activating, Release.Version: "2.0.0" })), "2.0.0 is being activated");

        await world.Site.KillAsync();
        world.Site.Start();

        var report = await preflight;
        Assert.Contains(report.Reasons, reason => reason.Contains("channel stable is rolled back", StringComparison.Ordinal) && reason.Contains(ReasonCodes.PreflightDeadlineMissed, StringComparison.Ordinal));
        Assert.Contains("Shop 1.0.0", await world.PageAsync(), StringComparison.Ordinal);
        var back = Assert.Single(world.Ledger(), entry => entry.Event == AcknowledgementEvent.RolledBack);
        Assert.True(back.At <= deadline, $"back at {back.At:O}, deadline {deadline:O}");
    }

    private static ShopVersion WithChecks(ShopVersion version, string command) => version with
    {
        MoreDefinition = "preflight: [{name: till, service: web, namespace: shop, port: 80, timeout: 30s}]\n",
        MoreManifests = $$"""
            ---
            apiVersion: batch/v1
            kind: Job
            metadata: {name: verify, namespace: shop, annotations: {edgesync.dev/hook: preflight, edgesync.dev/hook-timeout: 4m} }
            spec:
              backoffLimit: 0
              template:
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 0
                  containers: [{name: main, image: "{{version.Image}}", command: [/bin/busybox, sh, -c, "{{command}}"]}]
            """,
    };

    private static async Task<ShopWorld> StartHealthyAsync(bool withPods)
    {
        var world = await ShopWorld.StartAsync(withPods);
        world.Site.Start();
        await world.Delivery.DeliverAsync(One with { HasPods = withPods });
        await world.AwaitHealthyAsync("1.0.0");
        return world;
    }

    private static async Task AwaitDoctorAsync(ShopWorld world, string check, string found)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var result = (await DoctorAsync(world)).Checks.Single(item => item.Check == check);
            if (result.Outcome == CheckOutcome.Failed && result.Found.Contains(found, StringComparison.Ordinal))
            {
                return;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < SiteProcess.Patience, $"{check}: {result.Outcome}, {result.Found}");
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        }
    }

    private static async Task<DoctorReport> DoctorAsync(ShopWorld world) =>
        System.Text.Json.JsonSerializer.Deserialize((await world.RunAsync("doctor", "--output", "json")).Output, ContractsJsonContext.Default.DoctorReport)!;

    private static async Task<PreflightReport> PreflightAsync(ShopWorld world, int exitCode, params string[] more)
    {
        var result = await world.RunAsync(["preflight", "--by", "ann", "--output", "json", .. more]);
        Assert.True(result.ExitCode == exitCode, result.Output + result.Error);
        return ReportOf(result);
    }

    private static PreflightReport ReportOf(ToolResult result) => System.Text.Json.JsonSerializer.Deserialize(
        JsonNode.Parse(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!["report"]!, ContractsJsonContext.Default.PreflightReport)!;
}
