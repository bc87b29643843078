using System.Text.Json.Nodes;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Chaos;

/// <summary>API servers that go away, refuse a part or are asked for much: the site converges, and a release fails for none of it.</summary>
public sealed class UnwellControlPlaneTests
{
    private const string Maps = "/api/v1/namespaces/shop/configmaps";
    private const string Services = "/api/v1/namespaces/shop/services";
    private const string Busy = """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"TooManyRequests","message":"too many requests","code":429}""";
    private const string Conflict = """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Conflict","message":"the object has been modified","code":409}""";
    private const string Service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {a: b}, ports: [{port: 80}]}\n";
    private static readonly ShopVersion One = new("1.0.0") { HasPods = false };
    private static readonly ShopVersion Two = new("2.0.0") { HasPods = false };

    [PeerTheory]
    [InlineData(429, Busy, 3)]
    [InlineData(409, Conflict, 3)]
    [InlineData(429, Busy, 2)]
    public async Task Every_nth_write_is_refused_and_the_release_is_healthy_in_the_end(int code, string body, int every)
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        await using var api = await ScriptedApiServer.StartAsync(world.Node);
        var kubeconfig = await api.WriteKubeconfigAsync(Path.Combine(world.Configuration.Folder, "scripted.yaml"));
        await world.ReconfigureAsync(site => site with { Kubeconfig = kubeconfig });
        var (writes, refused) = (0, 0);
        api.Script = (method, _) =>
        {
            if (method == "GET" || Interlocked.Increment(ref writes) % every != 0)
            {
                return null;
            }

            Interlocked.Increment(ref refused);
            return (code, body);
        };
        world.Site.Start();

        await world.Delivery.DeliverAsync(One with { MoreManifests = Shelves(40, "1") });
        await world.AwaitHealthyAsync("1.0.0");
        await world.Delivery.DeliverAsync(Two with { MoreManifests = Shelves(40, "2") });
        await world.AwaitHealthyAsync("2.0.0");

        Assert.True(refused > 10, $"{refused} of {writes} writes were refused");
        AssertNothingFailed(world);
        Assert.Equal("2", (string?)JsonNode.Parse(await world.Node.GetAsync($"{Maps}/shelf-39"))!["data"]!["version"]);
    }

    [PeerFact]
    public async Task The_API_server_is_restarted_while_it_is_written_to()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        world.Site.Start();
        await world.Delivery.DeliverAsync(One with { MoreManifests = Shelves(200, "1") });
        await world.AwaitHealthyAsync("1.0.0");
        var activating = world.Site.AwaitLogAsync("activating sha256");

        await world.Delivery.DeliverAsync(Two with { MoreManifests = Shelves(200, "2") });
        await activating;
        await world.Node.StopApiAsync();
        await world.Node.StartApiAsync();

        await world.AwaitHealthyAsync("2.0.0");
        AssertNothingFailed(world);
        Assert.All(
            JsonNode.Parse(await world.Node.GetAsync(Maps))!["items"]!.AsArray().Where(item => ((string)item!["metadata"]!["name"]!).StartsWith("shelf-", StringComparison.Ordinal)),
            item => Assert.Equal("2", (string?)item!["data"]!["version"]));
    }

    [PeerFact]
    public async Task A_kind_that_may_not_be_written_any_more_keeps_no_other_from_being_repaired()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        await using var api = await ScriptedApiServer.StartAsync(world.Node);
        var kubeconfig = await api.WriteKubeconfigAsync(Path.Combine(world.Configuration.Folder, "scripted.yaml"));
        await world.ReconfigureAsync(site => site with { Kubeconfig = kubeconfig });
        world.Site.Start();
        await world.Delivery.DeliverAsync(One with { MoreManifests = Service });
        await world.AwaitHealthyAsync("1.0.0");
        var isForbidden = true;
        api.Script = (method, path) => isForbidden && method != "GET" && path.StartsWith(Services, StringComparison.Ordinal)
            ? (403, """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","message":"services is forbidden: User \"agent\" cannot patch resource \"services\"","code":403}""")
            : null;

        await world.Node.DeleteAsync($"{Services}/web");
        await world.Site.AwaitStatusAsync(status => status.Channels is [{ Reason: "ClusterForbidden" }], "aware of the missing right");
        await world.Node.DeleteAsync($"{Maps}/pages");

        await Eventually.TrueAsync(async () => await world.FindAsync($"{Maps}/pages") is not null, "the other object is back");
        Assert.Null(await world.FindAsync($"{Services}/web"));
        isForbidden = false;
        await Eventually.TrueAsync(async () => await world.FindAsync($"{Services}/web") is not null, "the object is back once it may be written");
        await world.Site.AwaitStatusAsync(status => status.Channels is [{ State: ChannelState.Healthy, Reason: null }], "healthy");
        Assert.DoesNotContain(world.Ledger(), entry => entry.Event is AcknowledgementEvent.Failed or AcknowledgementEvent.RolledBack);
    }

    [PeerFact]
    public async Task An_aggregated_API_without_a_server_keeps_nothing_from_being_delivered_repaired_and_pruned()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        await world.Node.CreateAsync("/api/v1/namespaces/default/services", """{"metadata":{"name":"metrics"},"spec":{"ports":[{"port":443}]}}""");
        await world.Node.CreateAsync("/apis/apiregistration.k8s.io/v1/apiservices", """
            {"metadata":{"name":"v1beta1.metrics.example.com"},"spec":{"group":"metrics.example.com","version":"v1beta1","groupPriorityMinimum":100,
            "versionPriority":100,"insecureSkipTLSVerify":true,"service":{"name":"metrics","namespace":"default"}}}
            """);
        world.Site.Start();
        await world.Delivery.DeliverAsync(One with { MoreManifests = Shelves(10, "1") });
        await world.AwaitHealthyAsync("1.0.0");

        await world.Node.DeleteAsync($"{Maps}/shelf-9");
        await Eventually.TrueAsync(async () => await world.FindAsync($"{Maps}/shelf-9") is not null, "the object is back");
        await world.Delivery.DeliverAsync(Two with { MoreManifests = Shelves(9, "2") });
        await world.AwaitHealthyAsync("2.0.0");

        await Eventually.TrueAsync(async () => await world.FindAsync($"{Maps}/shelf-9") is null, "the object that the release no longer has is gone");
        AssertNothingFailed(world);
    }

    [PeerFact]
    public async Task An_object_of_almost_a_mebibyte_is_delivered_repaired_and_replaced()
    {
        const int Size = (1 << 20) - 4096;
        await using var world = await ShopWorld.StartAsync(withPods: false);
        world.Site.Start();
        await world.Delivery.DeliverAsync(One with { MoreManifests = Large('a') });
        await world.AwaitHealthyAsync("1.0.0");

        await world.Node.DeleteAsync($"{Maps}/large");
        await Eventually.TrueAsync(async () => await world.FindAsync($"{Maps}/large") is not null, "the object is back");
        await world.Delivery.DeliverAsync(Two with { MoreManifests = Large('b') });
        await world.AwaitHealthyAsync("2.0.0");

        Assert.Equal(new string('b', Size), (string?)JsonNode.Parse(await world.Node.GetAsync($"{Maps}/large"))!["data"]!["text"]);
        AssertNothingFailed(world);

        static string Large(char letter) => $"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: large, namespace: shop}}\ndata: {{text: {new string(letter, Size)}}}\n";
    }

    private static string Shelves(int count, string version) => string.Concat(Enumerable.Range(0, count).Select(i =>
        $"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: shelf-{i}, namespace: shop}}\ndata: {{version: '{version}'}}\n"));

    private static void AssertNothingFailed(ShopWorld world) =>
        Assert.DoesNotContain(world.Ledger(), entry => entry.Event is AcknowledgementEvent.Failed or AcknowledgementEvent.RolledBack or AcknowledgementEvent.Rejected);
}
