using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.Demo;

/// <summary>A night in fast motion: a minute for downloads, a minute for activations, and the report of the morning at HQ.</summary>
internal static class NightScene
{
    private const string Version = "5.0.0";

    public static Task RunAsync(DemoWorld world, CancellationToken cancellationToken) => Narrator.StepAsync(
        $"A night in fast motion: {Version} waits for its windows, and the site reports in the morning", async () =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var dusk = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, now.Minute, 0, TimeSpan.Zero).AddMinutes(2);
            await world.SetWindowsAsync($"{{download: [{Window(dusk)}], activate: [{Window(dusk.AddMinutes(1))}]}}", cancellationToken);
            await world.Delivery.DeliverAsync(new ShopVersion(Version), cancellationToken);
            await DemoWorld.UntilAsync(
                $"{Version} waits for the night",
                async () => await world.StatusAsync(cancellationToken) is { Channels: [{ State: ChannelState.Waiting, Reason: ReasonCodes.WindowClosed }] },
                cancellationToken);
            Narrator.Say($"  {(await world.StatusAsync(cancellationToken))!.Channels[0].Message}");
            await DemoSteps.UntilStateAsync(world, ChannelState.Healthy, Version, cancellationToken);
            await DemoSteps.AssertShopAsync(world, Version, cancellationToken);
            await DemoWorld.UntilAsync("HQ has the report of the night", async () => (int?)(await NightAsync(world, cancellationToken))["counts"]!["done"] == 1, cancellationToken);
            var channel = (await NightAsync(world, cancellationToken))["sites"]![0]!["report"]!["channels"]![0]!;
            Narrator.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"  HQ's view of the night, {world.Hq.Address}night: {(string?)channel["outcome"]}, {(long)channel["bytesReceived"]!} bytes, activated in {(long)channel["activationMs"]! / 1000.0:0.0} s"));
            await world.SetWindowsAsync("{}", cancellationToken);
        });

    private static string Window(DateTimeOffset opens) =>
        string.Create(CultureInfo.InvariantCulture, $"{{cron: \"{opens.Minute} {opens.Hour} * * *\", duration: 1m, timeZone: UTC}}");

    private static Task<JsonNode> NightAsync(DemoWorld world, CancellationToken cancellationToken) => world.Hq.GetAsync("/night", cancellationToken);
}
