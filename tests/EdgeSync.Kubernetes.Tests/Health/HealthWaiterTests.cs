using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Tests.Api;

namespace EdgeSync.Kubernetes.Tests.Health;

/// <summary>On a real API server without controllers: what they would write is written by hand.</summary>
[Collection(ApiServer.Collection)]
public sealed class HealthWaiterTests(ApiServer server)
{
    private const string Loop = """{"phase":"Running","containerStatuses":[{"name":"c","image":"i","imageID":"","ready":false,"restartCount":3,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":1}}}]}""";
    private const string NoImage = """{"phase":"Pending","containerStatuses":[{"name":"c","image":"i","imageID":"","ready":false,"restartCount":0,"state":{"waiting":{"reason":"ImagePullBackOff","message":"back-off pulling"}}}]}""";

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Job_with_restarts_left_is_in_progress_and_says_what_its_pod_does()
    {
        await NamespaceAsync("job-loop");
        var job = await JobAsync("job-loop", "");
        await PodAsync("job-loop", "migrate-1", job, "{restartPolicy: OnFailure, containers: [{name: c, image: i}]}", Loop);

        var health = await CheckAsync("batch/v1", "Job", "job-loop", "migrate");

        Assert.Equal(HealthState.InProgress, health.State);
        Assert.Contains("pod migrate-1: container c: CrashLoopBackOff after 3 restarts, last exit code 1", health.Message, StringComparison.Ordinal);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Job_whose_controller_gave_up_has_failed()
    {
        await NamespaceAsync("job-failed");
        await JobAsync("job-failed", "");
        await StatusAsync("/apis/batch/v1/namespaces/job-failed/jobs/migrate", """{"conditions":[{"type":"Failed","status":"True","reason":"BackoffLimitExceeded","message":"Job has reached the specified backoff limit"}]}""");

        var health = await CheckAsync("batch/v1", "Job", "job-failed", "migrate");

        Assert.Equal((HealthState.Failed, "the job failed: Job has reached the specified backoff limit"), (health.State, health.Message));
    }

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData("job-image", "", HealthState.Failed)]
    [InlineData("job-image-deadline", "activeDeadlineSeconds: 600, ", HealthState.InProgress)]
    public async Task Job_whose_image_is_not_there_fails_unless_it_has_a_deadline_of_its_own(string name, string more, HealthState expected)
    {
        await NamespaceAsync(name);
        var job = await JobAsync(name, more);
        await PodAsync(name, "migrate-1", job, "{restartPolicy: Never, containers: [{name: c, image: i}]}", NoImage);

        Assert.Equal(expected, (await CheckAsync("batch/v1", "Job", name, "migrate")).State);
    }

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData("patient", "progressDeadlineSeconds: 600, ", HealthState.InProgress)]
    [InlineData("impatient", "", HealthState.Failed)]
    public async Task Deployment_that_says_its_progress_deadline_is_judged_by_its_controller(string name, string more, HealthState expected)
    {
        await NamespaceAsync(name);
        await server.Client.ApplyAsync(
            Yaml.ReadOne($"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: {name}}}\nspec: {{{more}selector: {{matchLabels: {{app: web}}}}, template: {{metadata: {{labels: {{app: web}}}}, spec: {{containers: [{{name: c, image: i}}]}}}}}}\n"),
            new(),
            default);
        await PodAsync(name, "web-1", """{"app":"web"}""", "{containers: [{name: c, image: i}]}", Loop);
        await StatusAsync($"/apis/apps/v1/namespaces/{name}/deployments/web", """{"observedGeneration":1,"replicas":1,"updatedReplicas":1}""");

        Assert.Equal(expected, (await CheckAsync("apps/v1", "Deployment", name, "web")).State);
    }

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData("pod-always", "Always", HealthState.Failed)]
    [InlineData("pod-on-failure", "OnFailure", HealthState.InProgress)]
    public async Task Pod_that_is_to_be_run_until_it_succeeds_may_fail_at_first(string name, string policy, HealthState expected)
    {
        await NamespaceAsync(name);
        await PodAsync(name, "once", "{}", $"{{restartPolicy: {policy}, containers: [{{name: c, image: i}}]}}", Loop);

        Assert.Equal(expected, (await CheckAsync("v1", "Pod", name, "once")).State);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Claim_of_a_class_that_waits_for_a_consumer_is_as_far_as_it_can_get()
    {
        await NamespaceAsync("claims");
        await ClassAsync("late", "WaitForFirstConsumer");
        await ClassAsync("at-once", "Immediate");
        await ClaimAsync("by-field", "storageClassName: late, ");
        await ClaimAsync("by-annotation", "", annotations: "volume.beta.kubernetes.io/storage-class: late");
        await ClaimAsync("used", "storageClassName: late, ", annotations: "volume.kubernetes.io/selected-node: store-1");
        await ClaimAsync("named", "storageClassName: late, volumeName: disk-1, ");
        await ClaimAsync("at-once", "storageClassName: at-once, ");
        await ClaimAsync("unknown", "storageClassName: nowhere, ");
        await ClaimAsync("static", "storageClassName: \"\", ");
        await ClaimAsync("unclassed", "");

        Assert.Equal(
            [
                "Current it waits for the first pod that uses it (storage class 'late'), and is bound then",
                "Current it waits for the first pod that uses it (storage class 'late'), and is bound then",
                "InProgress it is Pending, not Bound; its storage class 'late' (example.com/disks) has made no volume for it on the node 'store-1' yet",
                "InProgress it waits for the volume 'disk-1', which it names",
                "InProgress it is Pending, not Bound; its storage class 'at-once' (example.com/disks) has made no volume for it yet",
                "InProgress its storage class 'nowhere' does not exist on this cluster",
                "InProgress it has the storage class '', so that nothing makes a volume for it, and no PersistentVolume without a class fits it",
                "InProgress it names no storage class, and the cluster has no default one",
            ],
            await ClaimsAsync("by-field", "by-annotation", "used", "named", "at-once", "unknown", "static", "unclassed"));

        // Without its class a claim waits for the site and not for the bundle, whatever the deadline says.
        foreach (var (name, reason) in ((string, string?)[])[("unknown", ApiReasons.StorageClassMissing), ("unclassed", ApiReasons.StorageClassMissing), ("at-once", null), ("static", null)])
        {
            Assert.Equal(reason, (await CheckAsync("v1", "PersistentVolumeClaim", "claims", name)).SiteReason);
        }

        // The default class was made after the claim.
        await ClassAsync("usual", "WaitForFirstConsumer", "storageclass.kubernetes.io/is-default-class: \"true\"");
        Assert.Equal(["Current it waits for the first pod that uses it (storage class 'usual'), and is bound then"], await ClaimsAsync("unclassed"));
        await server.Node.DeleteAsync("/apis/storage.k8s.io/v1/storageclasses/usual");
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Claim_whose_class_the_agent_may_not_read_is_waited_for_and_says_so()
    {
        await NamespaceAsync("narrow");
        await ClassAsync("late", "WaitForFirstConsumer");
        await ClaimAsync("data", "storageClassName: late, ", space: "narrow");
        foreach (var item in new[]
        {
            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: agent, namespace: narrow}\n",
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: agent, namespace: narrow}\nrules: [{apiGroups: [\"\"], resources: [persistentvolumeclaims], verbs: [get]}]\n",
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: agent, namespace: narrow}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: agent}\nsubjects: [{kind: ServiceAccount, name: agent, namespace: narrow}]\n",
        })
        {
            await server.Client.ApplyAsync(Yaml.ReadOne(item), new(), default);
        }

        var kubeconfig = await server.Node.WriteKubeconfigAsync(await server.Node.RequestTokenAsync("narrow", "agent"));
        using var client = new KubernetesClient(
            Kubeconfig.Load(kubeconfig), new KubernetesClientOptions(), TimeProvider.System, new Primitives.Timing.RetryPolicy(TimeProvider.System, new Random(1)));

        var health = (await new HealthWaiter(client, new HealthOptions(), TimeProvider.System)
            .CheckAsync([new ObjectId("v1", "PersistentVolumeClaim", "narrow", "data")], default)).Single();

        Assert.Equal(HealthState.InProgress, health.State);
        Assert.Contains("the agent may not read storage classes", health.Message, StringComparison.Ordinal);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Round_over_many_objects_costs_one_list_a_kind()
    {
        await NamespaceAsync("many");
        var ids = new List<ObjectId>();
        foreach (var number in Enumerable.Range(1, 12))
        {
            var web = Yaml.ReadOne($"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web-{number}, namespace: many, labels: {{of: set}}}}\nspec: {{selector: {{matchLabels: {{app: web-{number}}}}}, template: {{metadata: {{labels: {{app: web-{number}}}}}, spec: {{containers: [{{name: c, image: i}}]}}}}}}\n");
            var map = Yaml.ConfigMap("many", $"pages-{number}", "1");
            await server.Client.ApplyAsync(web, new(), default);
            await server.Client.ApplyAsync(map, new(), default);
            ids.AddRange([web.Id, map.Id]);
        }

        // With the label the ConfigMaps, which lack it, are asked for by their names. The first round learns the kinds.
        await CountAsync(selector: null);
        Assert.Equal(4, await CountAsync(selector: null));
        Assert.Equal(4 + 12, await CountAsync(selector: "of=set"));

        // The Deployments are not seen by a controller, so that the round looks at ReplicaSets and pods, too: one list each.
        async Task<long> CountAsync(string? selector)
        {
            var before = server.Client.RequestCount;
            var health = await new HealthWaiter(server.Client, new HealthOptions { Selector = selector }, TimeProvider.System).CheckAsync(ids, default);
            Assert.All(health, one => Assert.Equal(one.Id.Kind == "ConfigMap" ? HealthState.Current : HealthState.InProgress, one.State));
            return server.Client.RequestCount - before;
        }
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Group_with_a_ready_rule_waits_until_the_controller_has_written_the_value()
    {
        await NamespaceAsync("ready-when");
        await server.Client.ApplyAsync(Yaml.ReadOne(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: databases.db.example}\nspec:\n  group: db.example\n"
            + "  names: {kind: Database, plural: databases, singular: database, listKind: DatabaseList}\n  scope: Namespaced\n"
            + "  versions: [{name: v1, served: true, storage: true, subresources: {status: {}}, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]\n"), new(), default);
        var database = Yaml.ReadOne("apiVersion: db.example/v1\nkind: Database\nmetadata: {name: main, namespace: ready-when}\nspec: {instances: 1}\n");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await server.Client.FindTypeAsync("db.example/v1", "Database", limit.Token) is null)
        {
            server.Client.RefreshDiscovery();
        }

        await server.Client.ApplyAsync(database, new(), limit.Token);
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = new HealthWaiter(server.Client, new HealthOptions(), TimeProvider.System).WaitAsync(
            [
                new HealthGroup("db", [database.Id], TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1))
                {
                    ReadyWhen = [new ReadyRule { Kind = "Database", Name = "main", Path = ".status.phase", Value = "Running" }],
                },
            ],
            healthy => healthy.Count == 1,
            new Reporter(health => seen.TrySetResult(health.Message)),
            limit.Token);
        var before = await seen.Task;
        await StatusAsync("/apis/db.example/v1/namespaces/ready-when/databases/main", """{"phase":"Running"}""");

        Assert.Equal(".status.phase is not there yet; readyWhen waits for 'Running'", before);
        Assert.IsType<HealthOutcome.Healthy>(await waiting);
    }

    private async Task NamespaceAsync(string name) => await server.Client.ApplyAsync(Yaml.Namespace(name), new(), default);

    /// <summary>Makes the Job, and returns the labels that select its pods.</summary>
    private async Task<string> JobAsync(string space, string more)
    {
        var (live, _) = await server.Client.ApplyAsync(
            Yaml.ReadOne($"apiVersion: batch/v1\nkind: Job\nmetadata: {{name: migrate, namespace: {space}}}\nspec: {{{more}backoffLimit: 6, template: {{spec: {{restartPolicy: OnFailure, containers: [{{name: c, image: i}}]}}}}}}\n"),
            new(),
            default);
        return live.At("spec", "selector", "matchLabels")!.ToJsonString();
    }

    private async Task PodAsync(string space, string name, string labels, string spec, string status)
    {
        var pod = (JsonNode)Yaml.ReadOne($"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {labels}}}\nspec: {spec}\n").Json.DeepClone();
        pod["spec"]!["automountServiceAccountToken"] = false;
        await server.Node.CreateAsync($"/api/v1/namespaces/{space}/pods", pod.ToJsonString());
        await StatusAsync($"/api/v1/namespaces/{space}/pods/{name}", status);
    }

    private async Task StatusAsync(string path, string status)
    {
        var live = JsonNode.Parse(await server.Node.GetAsync(path))!;
        live["status"] = JsonNode.Parse(status);
        await server.Node.ReplaceAsync(path + "/status", live.ToJsonString());
    }

    private async Task ClassAsync(string name, string mode, string annotations = "") => await server.Client.ApplyAsync(
        Yaml.ReadOne($"apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{name: {name}, annotations: {{{annotations}}}}}\nprovisioner: example.com/disks\nvolumeBindingMode: {mode}\n"), new(), default);

    private async Task ClaimAsync(string name, string more, string annotations = "", string space = "claims")
    {
        await server.Client.ApplyAsync(
            Yaml.ReadOne($"apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: {name}, namespace: {space}, annotations: {{{annotations}}}}}\nspec: {{{more}accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}\n"),
            new(),
            default);
    }

    private async Task<IReadOnlyList<string>> ClaimsAsync(params string[] names)
    {
        var found = await new HealthWaiter(server.Client, new HealthOptions(), TimeProvider.System)
            .CheckAsync([.. names.Select(name => new ObjectId("v1", "PersistentVolumeClaim", "claims", name))], default);
        return [.. found.Select(health => $"{health.State} {health.Message}")];
    }

    private async Task<ObjectHealth> CheckAsync(string apiVersion, string kind, string space, string name) =>
        (await new HealthWaiter(server.Client, new HealthOptions(), TimeProvider.System).CheckAsync([new ObjectId(apiVersion, kind, space, name)], default)).Single();

    private sealed class Reporter(Action<ObjectHealth> report) : IProgress<ObjectHealth>
    {
        public void Report(ObjectHealth value) => report(value);
    }
}
