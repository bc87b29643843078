using EdgeSync.Testbed;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.Demo;

/// <summary>Before a mission: the crew reloads, has everything checked, and gets GO and a hold; HQ's board shows it.</summary>
internal static class PreflightScene
{
    private const string Version = "4.0.0";

    public static Task RunAsync(DemoWorld world, CancellationToken cancellationToken) => Narrator.StepAsync(
        $"A preflight before a mission of two hours: reload {Version}, check everything, hold changes", async () =>
        {
            await world.Delivery.DeliverAsync(new ShopVersion(Version), cancellationToken);
            var report = world.Session["preflight.html"];
            var result = await world.RunAsync(
                cancellationToken, "preflight", "--by", "crew", "--deadline", "10m", "--mission", "2h", "--hold", "flight 417", "--report", report);
            foreach (var line in result.Output.Split('\n').Where(line => line.StartsWith("===", StringComparison.Ordinal) || line.StartsWith("- ", StringComparison.Ordinal) || line.StartsWith("Held", StringComparison.Ordinal)))
            {
                Narrator.Say($"  {line}");
            }

            if (result.ExitCode != 0)
            {
                throw new TestbedException("DemoFailed", $"the preflight is not GO: {result.Output}{result.Error}");
            }

            await DemoSteps.AssertShopAsync(world, Version, cancellationToken);
            await DemoWorld.UntilAsync(
                "HQ's board shows GO", async () => (int?)(await world.Hq.GetAsync("/board", cancellationToken))["counts"]!["go"] == 1, cancellationToken);
            Narrator.Say($"  the report for paper: {report}; HQ's board: {world.Hq.Address}board");
            (await world.RunAsync(cancellationToken, "hold", "clear", "--by", "crew")).EnsureSuccess();
        });
}
