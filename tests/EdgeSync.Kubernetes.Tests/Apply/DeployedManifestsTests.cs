using System.Text;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Tests.Api;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testing;

namespace EdgeSync.Kubernetes.Tests.Apply;

/// <summary>The manifests in <c>deploy/</c>: a real API server takes them, and the agent's rights are enough and no more.</summary>
[Collection(ApiServer.Collection)]
public sealed class DeployedManifestsTests(ApiServer server)
{
    private const string Inventories = "edgesync-system";

    private const string EveryKindYaml = """
        apiVersion: v1
        kind: List
        items:
        - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: b}}
        - {apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {a: b}}
        - {apiVersion: v1, kind: Service, metadata: {name: a}, spec: {clusterIP: None, ports: [{port: 80}]}}
        - {apiVersion: v1, kind: ServiceAccount, metadata: {name: a}}
        - apiVersion: v1
          kind: PersistentVolumeClaim
          metadata: {name: a, annotations: {edgesync.dev/prune: disabled}}
          spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        - {apiVersion: v1, kind: LimitRange, metadata: {name: a}, spec: {limits: []}}
        - {apiVersion: v1, kind: ResourceQuota, metadata: {name: a}, spec: {hard: {pods: "100"}}}
        - {apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {selector: {matchLabels: {app: a} }, template: {metadata: {labels: {app: a} }, spec: {containers: [{name: a, image: a}]} }} }
        - {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: a}, spec: {serviceName: a, selector: {matchLabels: {app: a} }, template: {metadata: {labels: {app: a} }, spec: {containers: [{name: a, image: a}]} }} }
        - {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: a}, spec: {selector: {matchLabels: {app: a} }, template: {metadata: {labels: {app: a} }, spec: {containers: [{name: a, image: a}]} }} }
        - {apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}} } }
        - {apiVersion: batch/v1beta1, kind: CronJob, metadata: {name: a}, spec: {schedule: "0 0 * * *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}} } } } }
        - {apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a}, spec: {defaultBackend: {service: {name: a, port: {number: 80}}}}}
        - {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a}, spec: {podSelector: {}}}
        - {apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: a}, spec: {maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}}}
        - {apiVersion: policy/v1beta1, kind: PodDisruptionBudget, metadata: {name: a}, spec: {minAvailable: 1, selector: {matchLabels: {app: a} }} }
        """;

    private readonly string _shop = $"shop-{Guid.NewGuid():N}"[..20];

    private static IReadOnlyList<KubernetesObject> EveryKind => ManifestReader.Read(Encoding.UTF8.GetBytes(EveryKindYaml), "every-kind.yaml");

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData("deploy/hq/kubernetes/hq.yaml", 4)]
    [InlineData("deploy/k3s/rbac.yaml", 7)]
    public async Task Apply_OfADeployedFile_IsTakenInFull(string file, int count)
    {
        var result = await ApplyFileAsync(file);

        Assert.Equal(count, result.Changes.Count);
        Assert.True(result.IsComplete, string.Join('\n', result.Changes));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task AgentRights_ForEveryKindThatTheyName_AreEnoughToApplyCompareAndPrune()
    {
        using var agent = await ConnectAsAgentAsync();
        var applier = new ClusterApplier(agent, TimeProvider.System);
        var all = Request([Yaml.Namespace(_shop), .. EveryKind]);

        var applied = await applier.ApplyAsync(all, null, default);
        Assert.True(applied.IsComplete, string.Join('\n', applied.Changes));
        Assert.Equal(await RightsAsync(), applied.Changes.Select(change => change.Id.Kind).Where(kind => kind != "Namespace").Order(StringComparer.Ordinal));
        Assert.Empty(await applier.DiffAsync(all, default));

        await Task.WhenAll(applied.Changes.Select(change => WatchForASecondAsync(agent, change.Id)));

        // Without controllers a claim's finalizer would hold it for ever; it says that it is not to be pruned.
        var plan = await applier.PlanPruneAsync(Request([Yaml.Namespace(_shop)]), default);
        var pruned = await applier.PruneAsync(plan, null, default);
        Assert.Equal(applied.Changes.Count - 2, pruned.Count(ChangeAction.Deleted));
    }

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: all}\nrules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]\n")]
    [InlineData("apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: all}\n")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: bare}\nspec: {containers: [{name: a, image: a}]}\n")]
    public async Task AgentRights_ForAKindThatTheyDoNotName_RefuseTheWholeSet(string manifest)
    {
        using var agent = await ConnectAsAgentAsync();
        var applier = new ClusterApplier(agent, TimeProvider.System);

        var result = await applier.ApplyAsync(Request([Yaml.Namespace(_shop), Yaml.ReadOne(manifest)]), null, default);

        var refused = Assert.Single(result.Failures);
        Assert.Equal(ApiReasons.ClusterForbidden, refused.Failure!.Reason);
        Assert.DoesNotContain(result.Changes, change => change.Action == ChangeAction.Created);
    }

    private ApplyRequest Request(IReadOnlyList<KubernetesObject> objects) => new($"rights-{_shop}", Inventories, _shop, objects);

    private async Task<KubernetesClient> ConnectAsAgentAsync()
    {
        await ApplyFileAsync("deploy/k3s/rbac.yaml");
        var kubeconfig = await server.Node.WriteKubeconfigAsync(await server.Node.RequestTokenAsync(Inventories, "edgesync"));
        var options = new KubernetesClientOptions { WatchDuration = TimeSpan.FromSeconds(1) };
        return new KubernetesClient(Kubeconfig.Load(kubeconfig), options, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
    }

    private async Task<ApplyResult> ApplyFileAsync(string file)
    {
        var objects = ManifestReader.Read(await File.ReadAllBytesAsync(RepositoryFile.Path(file)), file);
        var request = new ApplyRequest(Path.GetFileNameWithoutExtension(file), Inventories, "default", objects);
        return await new ClusterApplier(server.Client, TimeProvider.System).ApplyAsync(request, null, default);
    }

    private static async Task WatchForASecondAsync(KubernetesClient agent, ObjectId id)
    {
        var type = await agent.FindTypeAsync(id.ApiVersion, id.Kind, default);
        var list = await agent.ListAsync(type!, new ListSelection(), default);
        await foreach (var change in agent.WatchAsync(type!, new ListSelection(), list.ResourceVersion, default))
        {
            Assert.NotNull(change);
        }
    }

    // The kinds whose plural names the second role has, so that a kind added there must be added to the test's objects.
    private static async Task<IEnumerable<string>> RightsAsync()
    {
        var file = await File.ReadAllBytesAsync(RepositoryFile.Path("deploy/k3s/rbac.yaml"));
        var role = ManifestReader.Read(file, "rbac.yaml").Single(item => item.Id is { Kind: "ClusterRole", Name: "edgesync-bundles" });
        return role.Json["rules"]!.AsArray()
            .SelectMany(rule => rule!["resources"]!.AsArray())
            .Select(plural => EveryKind.Single(item => Plural(item.Id.Kind) == (string?)plural).Id.Kind)
            .Order(StringComparer.Ordinal);
    }

    private static string Plural(string kind) => kind.EndsWith('y') ? $"{kind[..^1]}ies".ToLowerInvariant()
        : kind.EndsWith('s') ? $"{kind}es".ToLowerInvariant()
        : $"{kind}s".ToLowerInvariant();
}
