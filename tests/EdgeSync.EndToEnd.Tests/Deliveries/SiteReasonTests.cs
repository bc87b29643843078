using System.Text.Json.Nodes;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

/// <summary>What lies with the site makes a release wait, on a real API server; it goes on by itself when the cause has gone.</summary>
public sealed class SiteReasonTests
{
    private const string Etcd = """{"kind":"Status","apiVersion":"v1","status":"Failure","message":"etcdserver: request timed out","code":500}""";
    private const string Conflict = """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Conflict","message":"the object has been modified","code":409}""";
    private const string Unauthorized = """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Unauthorized","message":"Unauthorized","code":401}""";
    private const string Forbidden = """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","message":"RBAC: clusterrole \"x\" not found","code":403}""";
    private const string Service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {a: b}, ports: [{port: 80}]}\n";

    private const string Claim =
        "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: shop}\nspec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n";

    private static readonly ShopVersion One = new("1.0.0") { HasPods = false };
    private static readonly ShopVersion Two = new("2.0.0") { HasPods = false };

    [PeerFact]
    public async Task A_missing_right_makes_a_release_wait_until_it_is_given()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        await world.Node.CreateAsync("/api/v1/namespaces/default/serviceaccounts", """{"metadata":{"name":"agent"}}""");
        await BindAsync(world, "agent-reads", """[{"apiGroups":["*"],"resources":["*"],"verbs":["get","list","watch"]},{"apiGroups":[""],"resources":["namespaces","configmaps"],"verbs":["*"]}]""");
        var kubeconfig = await world.Node.WriteKubeconfigAsync(await world.Node.RequestTokenAsync("default", "agent"));
        await world.ReconfigureAsync(site => site with { Kubeconfig = kubeconfig });
        world.Site.Start();
        await world.Delivery.DeliverAsync(One);
        await world.AwaitHealthyAsync("1.0.0");

        await world.Delivery.DeliverAsync(Two with { MoreManifests = Service });
        var status = await AwaitWaitingAsync(world, ApiReasons.ClusterForbidden);
        Assert.Equal(("1.0.0", false), (status.Channels[0].Running?.Version, status.Channels[0].IsBegun));
        Assert.NotNull(status.Channels[0].NextTry);
        Assert.Contains("services", status.Channels[0].Message, StringComparison.Ordinal);

        // Also over a kill.
        await world.Site.KillAsync();
        world.Site.Start();
        await AwaitWaitingAsync(world, ApiReasons.ClusterForbidden);

        await BindAsync(world, "agent-serves", """[{"apiGroups":[""],"resources":["services"],"verbs":["*"]}]""");
        await world.AwaitHealthyAsync("2.0.0");

        Assert.DoesNotContain(world.Ledger(), entry => entry.Event is AcknowledgementEvent.Failed or AcknowledgementEvent.RolledBack);
        Assert.Single(world.Ledger(), entry => entry.Event == AcknowledgementEvent.Waiting);
    }

    [PeerFact]
    public async Task A_used_up_quota_makes_a_release_wait_until_it_is_raised()
    {
        await using var world = await StartHealthyAsync();
        await world.Node.CreateAsync("/api/v1/namespaces/shop/resourcequotas", """{"metadata":{"name":"q"},"spec":{"hard":{"services":"0"}}}""");
        await SetQuotaAsync(world, "0");

        await world.Delivery.DeliverAsync(Two with { MoreManifests = Service });
        await AwaitWaitingAsync(world, ApiReasons.QuotaExceeded);

        await SetQuotaAsync(world, "1");
        await world.AwaitHealthyAsync("2.0.0");
        Assert.DoesNotContain(world.Ledger(), entry => entry.Event is AcknowledgementEvent.Failed or AcknowledgementEvent.RolledBack);
    }

    [PeerFact]
    public async Task A_webhook_that_is_down_makes_a_release_wait_until_it_answers_or_goes()
    {
        await using var world = await StartHealthyAsync();
        const string Path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
        await world.Node.CreateAsync(Path, """
            {"metadata":{"name":"policy"},"webhooks":[{"name":"policy.example.com","admissionReviewVersions":["v1"],"sideEffects":"None","failurePolicy":"Fail",
            "timeoutSeconds":2,"clientConfig":{"url":"https://127.0.0.1:1/"},
            "objectSelector":{"matchExpressions":[{"key":"applyset.kubernetes.io/part-of","operator":"Exists"}]},
            "rules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE","UPDATE"],"resources":["configmaps"]}]}]}
            """);

        await world.Delivery.DeliverAsync(Two);
        var status = await AwaitWaitingAsync(world, ApiReasons.AdmissionUnavailable);
        Assert.Contains("policy.example.com", status.Channels[0].Message, StringComparison.Ordinal);

        await world.Node.DeleteAsync($"{Path}/policy");
        await world.AwaitHealthyAsync("2.0.0");
        Assert.DoesNotContain(world.Ledger(), entry => entry.Event is AcknowledgementEvent.Failed or AcknowledgementEvent.RolledBack);
    }

    [PeerFact]
    public async Task A_claim_makes_a_release_wait_until_its_storage_class_is_there()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false, site => site with { HealthDeadline = "4s" });
        world.Site.Start();
        await world.Delivery.DeliverAsync(One);
        await world.AwaitHealthyAsync("1.0.0");

        await world.Delivery.DeliverAsync(Two with { MoreManifests = Claim });
        var status = await AwaitWaitingAsync(world, ApiReasons.StorageClassMissing);
        Assert.Contains("its storage class 'fast' does not exist on this cluster", status.Channels[0].Message, StringComparison.Ordinal);

        await world.Node.CreateAsync(
            "/apis/storage.k8s.io/v1/storageclasses",
            """{"metadata":{"name":"fast"},"provisioner":"example.com/disks","volumeBindingMode":"WaitForFirstConsumer"}""");
        await world.AwaitHealthyAsync("2.0.0");
        Assert.DoesNotContain(world.Ledger(), entry => entry.Event is AcknowledgementEvent.Failed or AcknowledgementEvent.RolledBack);
    }

    [PeerTheory]
    [InlineData("PATCH", 500, Etcd, 4)]
    [InlineData("PATCH", 409, Conflict, 3)]
    [InlineData("PATCH", 401, Unauthorized, 1)]
    [InlineData("PATCH", 403, Forbidden, 1)]
    [InlineData("PATCH", 404, "404 page not found", 1)]
    [InlineData("GET", 401, Unauthorized, 2)]
    [InlineData("GET", 404, "404 page not found", 2)]
    [InlineData("GET", 500, Etcd, 7)]
    public async Task A_control_plane_that_hiccups_delays_a_pass_and_fails_nothing(string method, int code, string body, int times)
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        await using var api = await ScriptedApiServer.StartAsync(world.Node);
        var kubeconfig = await api.WriteKubeconfigAsync(Path.Combine(world.Configuration.Folder, "scripted.yaml"));
        await world.ReconfigureAsync(site => site with { Kubeconfig = kubeconfig });
        await world.Delivery.DeliverAsync(One);
        var first = await world.RunAsync("sync");
        Assert.True(first.ExitCode == 0, first.Output + first.Error);
        var hits = 0;
        api.Script = (asked, path) => asked == method && path.Contains("/configmaps/pages", StringComparison.Ordinal)
            && !path.Contains("dryRun", StringComparison.Ordinal) && hits++ < times ? (code, body) : null;

        await world.Delivery.DeliverAsync(Two);
        var second = await world.RunAsync("sync");

        Assert.True(second.ExitCode == 0, second.Output + second.Error);
        Assert.True(hits > times, $"{hits} hits");
        Assert.Contains("Shop 2.0.0", await world.PageAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(world.Ledger(), entry => entry.Event is AcknowledgementEvent.Failed or AcknowledgementEvent.RolledBack);
    }

    private static async Task<ShopWorld> StartHealthyAsync()
    {
        var world = await ShopWorld.StartAsync(withPods: false);
        world.Site.Start();
        await world.Delivery.DeliverAsync(One);
        await world.AwaitHealthyAsync("1.0.0");
        return world;
    }

    private static Task<SiteStatus> AwaitWaitingAsync(ShopWorld world, string reason) => world.Site.AwaitStatusAsync(
        status => status.Channels is [{ State: ChannelState.Waiting } channel] && channel.Reason == reason, $"waiting for {reason}", TimeSpan.FromMinutes(2));

    private static async Task BindAsync(ShopWorld world, string name, string rules)
    {
        await world.Node.CreateAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles", $$"""{"metadata":{"name":"{{name}}"},"rules":{{rules}}}""");
        await world.Node.CreateAsync(
            "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
            $$"""{"metadata":{"name":"{{name}}"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"{{name}}"},"subjects":[{"kind":"ServiceAccount","name":"agent","namespace":"default"}]}""");
    }

    // The quota controller does not run here.
    private static async Task SetQuotaAsync(ShopWorld world, string services)
    {
        const string Path = "/api/v1/namespaces/shop/resourcequotas/q";
        foreach (var path in new[] { Path, Path + "/status" })
        {
            var quota = JsonNode.Parse(await world.Node.GetAsync(Path))!;
            quota["spec"] = new JsonObject { ["hard"] = new JsonObject { ["services"] = services } };
            quota["status"] = new JsonObject { ["hard"] = new JsonObject { ["services"] = services }, ["used"] = new JsonObject { ["services"] = "0" } };
            await world.Node.ReplaceAsync(path, quota.ToJsonString());
        }
    }
}
