using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Chaos;

/// <summary>
/// Kills the agent at random moments while releases come. <c>EDGESYNC_CHAOS_KILLS</c> sets how often, <c>EDGESYNC_CHAOS_SEED</c> when; an ordinary run kills
/// it 24 times.
/// </summary>
public sealed class RandomKillTests
{
    private const string Maps = "/api/v1/namespaces/shop/configmaps";
    private const int KillsPerRelease = 4;
    private const int Objects = 30;
    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(1.5);

    [PeerFact]
    public async Task Killed_at_random_moments_it_converges_and_does_nothing_twice()
    {
        var random = new Random(Number("EDGESYNC_CHAOS_SEED") ?? 20_261_130);
        await using var world = await ShopWorld.StartAsync(withPods: false);
        world.Site.Start();
        await world.Delivery.DeliverAsync(Version(0));
        await world.AwaitHealthyAsync("0.0.0");
        await world.Node.CreateAsync(Maps, """{"metadata":{"name":"foreign"},"data":{"whose":"another team's"}}""");
        var history = new ClusterHistory(world.Node, [Maps]);
        var uids = await UidsAsync(world);
        var changes = new List<string>();
        var (seen, releases) = (await history.NowAsync(), 0);
        for (var kill = 0; kill < (Number("EDGESYNC_CHAOS_KILLS") ?? 24); kill++)
        {
            if (kill % KillsPerRelease == 0)
            {
                await world.Delivery.DeliverAsync(Version(++releases));
            }

            await Task.Delay(LongestLife * random.NextDouble(), TimeProvider.System);
            await world.Site.KillAsync();

            // Nobody writes now. The API server keeps its history for about 100 changes.
            changes.AddRange(await history.SinceAsync(seen));
            seen = await history.NowAsync();
            world.Site.Start();
        }

        await world.AwaitHealthyAsync($"{releases}.0.0");

        // The API server notes no apply that changes nothing: each object was written once for each release at most.
        changes.AddRange(await history.SinceAsync(seen));
        Assert.All(changes, change => Assert.EndsWith(" MODIFIED", change, StringComparison.Ordinal));
        Assert.All(changes.CountBy(change => change), change => Assert.InRange(change.Value, 1, releases));
        Assert.DoesNotContain(changes, change => change.Contains("foreign", StringComparison.Ordinal));
        Assert.Equal(uids, await UidsAsync(world));
        AssertLedgerIsWhole(world.Ledger(), releases);
    }

    private static void AssertLedgerIsWhole(IReadOnlyList<Acknowledgement> ledger, int releases)
    {
        Assert.Equal(Enumerable.Range(1, ledger.Count).Select(number => (long)number), ledger.Select(entry => entry.Number));
        Assert.DoesNotContain(ledger, entry => entry.Event is AcknowledgementEvent.Failed or AcknowledgementEvent.RolledBack
            or AcknowledgementEvent.Rejected or AcknowledgementEvent.Drifted or AcknowledgementEvent.Repaired);
        Assert.All(ledger.CountBy(entry => (entry.Event, entry.Release)), entry => Assert.Equal(1, entry.Value));
        Assert.Equal(AcknowledgementEvent.Healthy, ledger[^1].Event);
        Assert.Equal($"{releases}.0.0", ledger[^1].Release?.Version);
    }

    private static ShopVersion Version(int number)
    {
        var version = string.Create(CultureInfo.InvariantCulture, $"{number}.0.0");
        return new ShopVersion(version)
        {
            HasPods = false,
            MoreManifests = string.Concat(Enumerable.Range(0, Objects).Select(i =>
                $"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: shelf-{i}, namespace: shop}}\ndata: {{version: '{version}'}}\n")),
        };
    }

    private static async Task<IReadOnlyList<string>> UidsAsync(ShopWorld world) =>
    [
        .. JsonNode.Parse(await world.Node.GetAsync(Maps))!["items"]!.AsArray()
            .Select(item => $"{item!["metadata"]!["name"]} {item["metadata"]!["uid"]}").Order(StringComparer.Ordinal),
    ];

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
