using System.Text.Json.Nodes;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Registries;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

public sealed class HqVerbsTests
{
    [PeerFact]
    public async Task A_bundle_is_built_pushed_signed_and_released_by_the_binary_and_real_peers_can_read_it()
    {
        await using var session = await TestbedSession.StartAsync();
        await using var registry = await RegistryServer.StartAsync(session);
        var delivery = await ShopDelivery.CreateAsync(ShopWorld.EdgeSync, session["hq"], registry.Address);

        var digest = await delivery.DeliverAsync(new ShopVersion("1.0.0"));

        var cosign = await PeerTool.Cosign2Async();
        var verified = await cosign.RunAsync(
            CancellationToken.None, "verify", "--key", delivery.BuildPublicKey, "--insecure-ignore-tlog=true", $"{delivery.BundleRepository}@{digest}");
        Assert.True(verified.ExitCode == 0, verified.Error);

        var copied = await PeerTool.Skopeo().RunAsync(
            CancellationToken.None, "copy", "--all", "--src-tls-verify=false", $"docker://{delivery.BundleRepository}@{digest}", $"oci:{session["copy"]}:shop");
        Assert.True(copied.ExitCode == 0, copied.Error);

        var inspected = await ShopWorld.EdgeSync.RequireAsync(
            ["bundle", "inspect", $"{delivery.BundleRepository}@{digest}", "--plain-http", "--output", "json"]);
        Assert.Equal("shop", (string?)JsonNode.Parse(inspected)!["name"]);
    }

    [PeerFact]
    public async Task The_same_folder_gives_the_same_bundle_twice()
    {
        await using var session = await TestbedSession.StartAsync();
        await using var registry = await RegistryServer.StartAsync(session);
        var first = await ShopDelivery.CreateAsync(ShopWorld.EdgeSync, session["first"], registry.Address);
        var second = await ShopDelivery.CreateAsync(ShopWorld.EdgeSync, session["second"], registry.Address);

        Assert.Equal(await first.PushAsync(new ShopVersion("1.0.0")), await second.PushAsync(new ShopVersion("1.0.0")));
    }
}
