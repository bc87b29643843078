using System.Text.Json.Nodes;
using EdgeSync.Contracts;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

/// <summary>What a release may delete without a word about it, and how it says more.</summary>
public sealed class PruneGuardTests
{
    private const string Definition =
        """
        ---
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: tills.shop.example}
        spec:
          group: shop.example
          scope: Namespaced
          names: {kind: Till, plural: tills, singular: till, listKind: TillList}
          versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]

        """;

    private const string DefinitionKind = "CustomResourceDefinition.apiextensions.k8s.io";

    [PeerFact]
    public async Task A_generated_config_map_with_another_name_is_no_loss()
    {
        await using var world = await StartAsync(Generated("5f7g8h9k2m"));

        await world.Delivery.DeliverAsync(Version("2.0.0", Generated("k4t9b2c7d8")));

        await world.AwaitHealthyAsync("2.0.0");
        Assert.Null(await FindAsync(world, "app-config-5f7g8h9k2m"));
        Assert.NotNull(await FindAsync(world, "app-config-k4t9b2c7d8"));
    }

    [PeerFact]
    public async Task A_release_lifts_the_limit_of_one_kind_and_no_other()
    {
        await using var world = await StartAsync(Plain("one") + Plain("two") + Definition);
        var two = Version("2.0.0", "");
        var digest = await world.Delivery.PushAsync(two);
        await world.Delivery.SignAsync(digest);

        await world.Delivery.PublishAsync(digest, two, more: ["--allow-prune", "ConfigMap=2"]);
        var refused = Assert.Single((await world.AwaitRefusedAsync(ReasonCodes.DestructiveChange)).Channels);
        Assert.Contains("CustomResourceDefinition tills.shop.example", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ConfigMap", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"--allow-prune ConfigMap=2 --allow-prune {DefinitionKind}=1", refused.Hint, StringComparison.Ordinal);
        Assert.NotNull(await FindAsync(world, "one"));

        await world.Delivery.PublishAsync(digest, two, more: ["--allow-prune", "ConfigMap=2", "--allow-prune", $"{DefinitionKind}=1"]);
        await world.AwaitHealthyAsync("2.0.0");
        Assert.Null(await FindAsync(world, "one"));
    }

    private static string Generated(string hash) =>
        $"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: app-config-{hash}, namespace: shop}}\ndata: {{v: \"{hash}\"}}\n";

    private static string Plain(string name) => $"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: shop}}\n";

    private static ShopVersion Version(string version, string more) => new(version) { HasPods = false, MoreManifests = more };

    private static Task<JsonNode?> FindAsync(ShopWorld world, string name) => world.FindAsync($"/api/v1/namespaces/shop/configmaps/{name}");

    private static async Task<ShopWorld> StartAsync(string more)
    {
        var world = await ShopWorld.StartAsync(withPods: false);
        world.Site.Start();
        await world.Delivery.DeliverAsync(Version("1.0.0", more));
        await world.AwaitHealthyAsync("1.0.0");
        return world;
    }
}
