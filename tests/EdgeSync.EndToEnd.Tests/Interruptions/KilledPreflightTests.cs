using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.EndToEnd.Tests.Harness.Gates;

namespace EdgeSync.EndToEnd.Tests.Interruptions;

/// <summary>The agent is killed in each stage of a preflight and started again: the command goes on, and has its answer.</summary>
[Collection(InterruptionScenarios.Name)]
public sealed class KilledPreflightTests(InterruptedShop world)
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(3);
    private readonly GatedShop _shop = world.Shop;

    [PeerTheory]
    [InlineData("discover")]
    [InlineData("verify")]
    [InlineData("fetch")]
    [InlineData("stage")]
    [InlineData("apply")]
    [InlineData("confirm")]
    public async Task Killed_in_the_reload_the_command_goes_on_with_the_agent_that_comes_back(string stage)
    {
        var delivery = await world.NextAsync();
        using var stop = stage switch
        {
            "discover" => Stops.InDiscover(_shop),
            "verify" => Stops.InVerify(_shop, delivery),
            "fetch" => Stops.InFetch(_shop, delivery),
            "stage" => Stops.InStage(_shop),
            "apply" => Stops.InApply(_shop, GatePoint.Request),
            _ => Stops.InConfirm(_shop),
        };
        await delivery.PublishAsync();
        var preflight = PreflightAsync("--deadline", "10m");
        await _shop.ReachAsync(stop);
        await _shop.Site.AwaitStatusAsync(status => status.Preflight is { Phase: PreflightPhase.Reload }, "in a preflight");

        await _shop.KillAndStartAsync();

        var report = await preflight.WaitAsync(Bound);
        Assert.Equal((CheckOutcome.Passed, delivery.Version), (OutcomeOf(report, "channels"), Assert.Single(report.Running).Version));
        Assert.DoesNotContain(report.Reasons, reason => reason.Contains("reload", StringComparison.Ordinal));
        await delivery.AssertDoneOnceAsync([.. GatedDelivery.Good, AcknowledgementEvent.Preflight]);
    }

    [PeerFact]
    public async Task Killed_in_the_checks_the_command_makes_them_itself()
    {
        var delivery = await world.NextAsync();
        await delivery.PublishAsync();
        await delivery.AwaitDoneAsync();
        using var stop = _shop.ApiGate.Stop(request => request.Path == "/api/v1/nodes");
        var preflight = PreflightAsync();
        await _shop.ReachAsync(stop);
        await _shop.Site.AwaitStatusAsync(status => status.Preflight is { Phase: PreflightPhase.Checks }, "in the checks");

        await _shop.KillAndStartAsync();

        var report = await preflight.WaitAsync(Bound);
        Assert.Equal((CheckOutcome.Passed, CheckOutcome.Passed), (OutcomeOf(report, "channels"), OutcomeOf(report, "ledger")));
        Assert.Equal(AcknowledgementEvent.Preflight, SiteLedger.Read(_shop.DatabasePath)[^1].Event);
    }

    [PeerFact]
    public async Task Slow_registry_leaves_too_little_time_and_the_estimate_decides()
    {
        var delivery = await world.NextAsync();
        using var stop = Stops.InFetch(_shop, delivery);
        await _shop.Site.KillAsync();

        // Three of the last twenty, so that the 90th percentile is one of them whatever other tests have left.
        foreach (var _ in Enumerable.Range(0, 3))
        {
            SiteHistory.Add(_shop.DatabasePath, "Confirm", TimeSpan.FromSeconds(20));
            SiteHistory.Add(_shop.DatabasePath, "Rollback", TimeSpan.FromSeconds(20));
        }

        _shop.Site.Start();
        await delivery.PublishAsync();
        var deadline = InSeconds(50);
        var preflight = PreflightAsync("--deadline", Text(deadline));
        await _shop.ReachAsync(stop);

        // The second half of the blob comes when 20 s for the activation and 20 s for the way back no longer fit.
        await Task.Delay(deadline.AddSeconds(-35) - TimeProvider.System.GetUtcNow(), TimeProvider.System);
        stop.Release();

        var report = await preflight.WaitAsync(Bound);
        Assert.Equal(PreflightVerdict.NoGo, report.Verdict);
        Assert.Contains(report.Reasons, reason => reason.Contains("it does not fit before the deadline", StringComparison.Ordinal));
        Assert.True(report.EndedAt < deadline, $"the answer came at {report.EndedAt:O}, after the deadline {deadline:O}");
        Assert.NotEqual(delivery.Version, Assert.Single(report.Running).Version);

        // No mission was named: after the deadline the release goes on by itself.
        await delivery.AwaitDoneAsync();
        var began = SiteLedger.Read(_shop.DatabasePath).Last(entry => entry.Event == AcknowledgementEvent.Activating);
        Assert.True(began.At >= deadline, $"began at {began.At:O}, deadline {deadline:O}");
    }

    private static CheckOutcome OutcomeOf(PreflightReport report, string check) => report.Checks.Single(result => result.Check == check).Outcome;

    private static DateTimeOffset InSeconds(int seconds) => DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + seconds);

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private async Task<PreflightReport> PreflightAsync(params string[] more)
    {
        var result = await ShopWorld.EdgeSync.RunAsync(["preflight", "--by", "ann", "--output", "json", .. more, "--config", _shop.Configuration.FilePath]);
        var last = result.Output.TrimEnd().Split('\n')[^1];
        Assert.True(last.Contains("\"report\"", StringComparison.Ordinal), $"{result.ExitCode}: {result.Error}{last}");
        return JsonNode.Parse(last)!["report"].Deserialize(ContractsJsonContext.Default.PreflightReport)!;
    }
}
