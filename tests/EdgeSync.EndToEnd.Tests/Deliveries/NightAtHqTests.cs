using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.EndToEnd.Tests.Harness.Gates;
using EdgeSync.EndToEnd.Tests.Interruptions;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

/// <summary>A site reports what became of the night, and HQ shows it.</summary>
[Collection(InterruptionScenarios.Name)]
public sealed class NightAtHqTests(InterruptedShop world)
{
    private readonly GatedShop _shop = world.Shop;

    [PeerFact]
    public async Task The_report_of_a_site_is_a_line_of_HQs_night()
    {
        var delivery = await world.NextAsync();
        var file = _shop.Configuration.FilePath;
        var configuration = await File.ReadAllTextAsync(file);
        var due = TimeProvider.System.GetUtcNow().AddMinutes(1);
        try
        {
            await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $"timeZone: UTC\nreport: {{at: \"{due:HH:mm}\"}}\n{configuration}"));
            await _shop.KillAndStartAsync();
            await delivery.PublishAsync();
            await delivery.AwaitDoneAsync();

            JsonNode? night = null;
            await Eventually.TrueAsync(
                async () => (night = await _shop.Hq.GetAsync("/night", CancellationToken.None))["sites"]![0]!["report"] is not null, "HQ has the report of the night", TimeSpan.FromMinutes(4));

            Assert.Equal("""{"done":1}""", night!["counts"]!.ToJsonString());
            var report = _shop.Ledger().Single(entry => entry.Event == AcknowledgementEvent.NightReport).Night!;
            Assert.Equal(report.Until, (DateTimeOffset)night["sites"]![0]!["report"]!["until"]!);
            Assert.Equal(delivery.Version, (string?)night["sites"]![0]!["report"]!["channels"]![0]!["planned"]!["version"]);
            await _shop.AssertHqHasAllAsync();
        }
        finally
        {
            await File.WriteAllTextAsync(file, configuration);
            await _shop.KillAndStartAsync();
        }
    }
}
