using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Tests.Api;

namespace EdgeSync.Kubernetes.Tests.Health;

/// <summary>
/// A Deployment goes from a template whose pods crash to one that works. No controllers run here: each moment of theirs is written by hand, because a
/// real one passes in milliseconds.
/// </summary>
[Collection(ApiServer.Collection)]
public sealed class PodInspectorTests(ApiServer server)
{
    private const string Crash = """{"containerStatuses":[{"name":"main","image":"i","imageID":"","ready":false,"restartCount":4,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":3}}}]}""";

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Check_NewTemplateNotSeenByItsController_WaitsForIt()
    {
        var world = await CreateAsync("unseen");
        await world.SetStatusAsync(observed: 1);
        Assert.Equal(HealthState.Failed, (await world.LookAsync()).State);

        await world.ChangeTemplateAsync();

        Assert.Equal(HealthState.InProgress, (await world.LookAsync()).State);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Check_DeploymentsRevisionStillTheOldOne_LooksAtTheNewestSet()
    {
        var world = await CreateAsync("stale");
        await world.CreateSetAsync("good", revision: 10);
        await world.SetStatusAsync(observed: 1);

        Assert.Equal(HealthState.InProgress, (await world.LookAsync()).State);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Check_PodOfTheNewestSetCrashes_HasFailed()
    {
        var world = await CreateAsync("broken");
        await world.CreateSetAsync("old", revision: 8);
        await world.SetStatusAsync(observed: 1);

        var health = await world.LookAsync();

        Assert.Equal(HealthState.Failed, health.State);
        Assert.Contains("last exit code 3", health.Message, StringComparison.Ordinal);
    }

    private async Task<World> CreateAsync(string name)
    {
        var world = new World(server, $"inspect-{name}");
        await server.Client.ApplyAsync(Yaml.Namespace(world.Namespace), new(), default);
        await server.Client.ApplyAsync(
            Yaml.ReadOne($"""
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: web
                  namespace: {world.Namespace}
                  annotations: {"{deployment.kubernetes.io/revision: '9'}"}
                spec:
                  selector: {"{matchLabels: {app: web}}"}
                  template:
                    metadata: {"{labels: {app: web}}"}
                    spec: {"{containers: [{name: main, image: i}]}"}
                """),
            new(),
            default);
        await world.CreateSetAsync("bad", revision: 9);
        await world.CreateCrashingPodAsync("bad");
        return world;
    }

    private sealed record World(ApiServer Server, string Namespace)
    {
        private string Workloads => $"/apis/apps/v1/namespaces/{Namespace}";

        private string Pods => $"/api/v1/namespaces/{Namespace}/pods";

        public async Task CreateSetAsync(string hash, int revision)
        {
            var owner = (string)JsonNode.Parse(await Server.Node.GetAsync($"{Workloads}/deployments/web"))!["metadata"]!["uid"]!;
            await Server.Node.CreateAsync($"{Workloads}/replicasets", $$"""
                {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"web-{{hash}}","labels":{"app":"web","pod-template-hash":"{{hash}}"},
                "annotations":{"deployment.kubernetes.io/revision":"{{revision}}"},
                "ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"web","uid":"{{owner}}","controller":true}]},
                "spec":{"selector":{"matchLabels":{"app":"web","pod-template-hash":"{{hash}}"} },
                "template":{"metadata":{"labels":{"app":"web","pod-template-hash":"{{hash}}"} },"spec":{"containers":[{"name":"main","image":"i"}]} } } }
                """);
        }

        public async Task CreateCrashingPodAsync(string hash)
        {
            var pod = JsonNode.Parse($$"""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-{{hash}}-1","labels":{"app":"web","pod-template-hash":"{{hash}}"} },
                "spec":{"containers":[{"name":"main","image":"i"}],"automountServiceAccountToken":false} }
                """)!;
            await Server.Node.CreateAsync(Pods, pod.ToJsonString());
            pod["status"] = JsonNode.Parse(Crash);
            await Server.Node.ReplaceAsync($"{Pods}/web-{hash}-1/status", pod.ToJsonString());
        }

        public async Task SetStatusAsync(int observed)
        {
            var web = JsonNode.Parse(await Server.Node.GetAsync($"{Workloads}/deployments/web"))!;
            web["status"] = new JsonObject { ["observedGeneration"] = observed };
            await Server.Node.ReplaceAsync($"{Workloads}/deployments/web/status", web.ToJsonString());
        }

        public async Task ChangeTemplateAsync()
        {
            var web = JsonNode.Parse(await Server.Node.GetAsync($"{Workloads}/deployments/web"))!;
            web["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "other";
            await Server.Node.ReplaceAsync($"{Workloads}/deployments/web", web.ToJsonString());
        }

        public async Task<ObjectHealth> LookAsync()
        {
            var health = await new HealthWaiter(Server.Client, new HealthOptions(), TimeProvider.System)
                .CheckAsync([new ObjectId("apps/v1", "Deployment", Namespace, "web")], default);
            return health.Single();
        }
    }
}
