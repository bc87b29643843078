using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Snapshots;
using EdgeSync.Kubernetes.Tests.Api;

namespace EdgeSync.Kubernetes.Tests.Snapshots;

/// <summary>Claims that get the content of snapshots back, on a real API server; the test does what controllers and drivers do.</summary>
[Collection(ApiServer.Collection)]
#pragma warning disable CA1001 // xunit calls DisposeAsync.
public sealed class ClaimRestoreTests : IAsyncLifetime
{
    private static readonly SnapshotRequest Data = new() { Claim = "data", Restore = true };
    private readonly ApiServer _server;
    private readonly string _shop = $"r{Guid.NewGuid():N}"[..12];
    private readonly ScriptedStorage _storage;

    public ClaimRestoreTests(ApiServer server)
    {
        _server = server;
        _storage = new ScriptedStorage(server, _shop);
    }

    private string Set => ApplySet.IdOf($"set-{_shop}", $"{_shop}-own");

    public async Task InitializeAsync()
    {
        if (PeerTests.AreEnabled)
        {
            await _server.Client.ApplyAsync(Yaml.Namespace(_shop), new ApplyMode(), default);
            await _storage.InstallAsync();
        }
    }

    public Task DisposeAsync()
    {
        _storage.Dispose();
        return Task.CompletedTask;
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Restore_MakesTheClaimAgainFromTheSnapshotAndKeepsTheOldVolume()
    {
        var (snapshot, volume) = await PrepareAsync();
        var uid = (await _storage.ClaimAsync("data")).Text("metadata", "uid");

        var restored = Assert.Single(await RestoreAsync(snapshot));

        Assert.Null(restored.Obstacle);
        Assert.Equal([volume], restored.KeptVolumes);
        Assert.Equal(new DateTimeOffset(2026, 11, 30, 16, 0, 0, TimeSpan.Zero), restored.TakenAt);
        var claim = (await _storage.ClaimAsync("data"))!;
        Assert.NotEqual(uid, claim.Text("metadata", "uid"));
        Assert.Equal(("VolumeSnapshot", snapshot), (claim.Text("spec", "dataSource", "kind"), claim.Text("spec", "dataSource", "name")));
        Assert.Equal(("fast", "1Gi", null), (claim.Text("spec", "storageClassName"), claim.Text("spec", "resources", "requests", "storage"), claim.Text("spec", "volumeName")));
        Assert.Equal("Retain", await _storage.PolicyOfAsync(volume));
        Assert.Null(await _server.Client.GetAsync(Web().WithNamespace(_shop).Id, default));

        // The same again, as where the agent was killed before it noted the end, changes nothing.
        var again = Assert.Single(await RestoreAsync(snapshot));
        Assert.Equal((restored.Obstacle, volume), (again.Obstacle, Assert.Single(again.KeptVolumes)));
        Assert.Equal(claim.Text("metadata", "uid"), (await _storage.ClaimAsync("data")).Text("metadata", "uid"));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Restore_ThenTheApplyOfLastGood_IsAsIfTheClaimHadNeverGone()
    {
        var (snapshot, _) = await PrepareAsync();
        await RestoreAsync(snapshot);

        var applier = new ClusterApplier(_server.Client, TimeProvider.System);
        var applied = await applier.ApplyAsync(LastGood(), null, default);
        await _storage.BindAsync("data");
        var (deviations, plan) = await applier.Begin(LastGood()).InspectAsync(default);
        var again = await applier.ApplyAsync(LastGood(), null, default);

        Assert.True(applied.IsComplete, string.Join('\n', applied.Changes));
        Assert.Empty(deviations);
        Assert.Empty(plan.Candidates);
        Assert.All(again.Changes, change => Assert.Equal(ChangeAction.Unchanged, change.Action));
        var claim = (await _storage.ClaimAsync("data"))!;
        Assert.Equal(("nightly", "shop", snapshot), (claim.Text("metadata", "labels", "backup"), claim.Text("metadata", "labels", "app"), claim.Text("spec", "dataSource", "name")));

        // A later bundle takes its own label away.
        var later = LastGood() with { Objects = [Claim(label: false), Web()] };
        Assert.True((await applier.ApplyAsync(later, null, default)).IsComplete);
        Assert.Null((await _storage.ClaimAsync("data")).Text("metadata", "labels", "app"));
    }

    [PeerFact(Timeout = 5 * ApiServer.Limit)]
    public async Task Restore_KilledAfterAnyRequest_EndsTheSame()
    {
        var kills = 0;
        for (var after = 1; ; after += 2)
        {
            var name = $"data{after}";
            var (snapshot, volume) = await PrepareAsync(name);
            using var client = _server.Connect();
            using var killed = new CancellationTokenSource();
            var restoring = new VolumeSnapshots(client, TimeProvider.System, Set, _shop).RestoreAsync([(_storage.ClaimId(name), snapshot)], killed.Token);
            while (!restoring.IsCompleted && client.RequestCount < after)
            {
                await Task.Yield();
                if (client.RequestCount > 10)
                {
                    await _storage.StepAsync(); // from here on it waits for controllers
                }
            }

            await killed.CancelAsync();
            var isKilled = await restoring.ContinueWith(work => !work.IsCompletedSuccessfully, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            kills += isKilled ? 1 : 0;

            var restored = Assert.Single(await RestoreAsync(snapshot, name));

            Assert.Null(restored.Obstacle);
            Assert.Equal([volume], restored.KeptVolumes);
            Assert.Equal(snapshot, (await _storage.ClaimAsync(name)).Text("spec", "dataSource", "name"));
            Assert.Equal("Retain", await _storage.PolicyOfAsync(volume));
            if (!isKilled)
            {
                break;
            }
        }

        Assert.True(kills >= 8, $"killed at {kills} requests only");
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Restore_ClaimOfAStatefulSetWithPodsOfItsOwn_RemovesItAndLeavesTheOtherClaims()
    {
        await _storage.ApplyAsync(Plain("data-database-0"));
        await _storage.ApplyAsync(Plain("data-database-1"));
        var volume = await _storage.BindAsync("data-database-0");
        await _storage.BindAsync("data-database-1");
        var request = LastGood() with { Objects = [StatefulSet()] };
        Assert.True((await new ClusterApplier(_server.Client, TimeProvider.System).ApplyAsync(request, null, default)).IsComplete);
        var snapshot = await SnapshotAsync("data-database-0");
        var other = (await _storage.ClaimAsync("data-database-1")).Text("metadata", "uid");

        var restored = Assert.Single(await RestoreAsync(snapshot, "data-database-0"));

        Assert.Equal((null, volume), (restored.Obstacle, Assert.Single(restored.KeptVolumes)));
        Assert.Null(await _server.Client.GetAsync(StatefulSet().WithNamespace(_shop).Id, default));
        Assert.Equal(other, (await _storage.ClaimAsync("data-database-1")).Text("metadata", "uid"));
        var claim = (await _storage.ClaimAsync("data-database-0"))!;
        Assert.Null(claim.Text("metadata", "labels", ApplySet.PartOfLabel));
        Assert.Equal("database", claim.Text("metadata", "labels", "of"));
    }

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData("pod", "and does not belong to this channel")]
    [InlineData("snapshot", "somebody deleted the snapshot")]
    [InlineData("not ready", "cannot be used any more")]
    [InlineData("size", "a volume of the snapshot needs 2Gi, and the claim asks for 1Gi")]
    [InlineData("source", "its manifest has a dataSource of its own")]
    public async Task Restore_ThatCannotBe_TouchesNothing(string fault, string obstacle)
    {
        var (snapshot, volume) = await PrepareAsync(source: fault == "source");
        await Plant(fault, snapshot);
        var uid = (await _storage.ClaimAsync("data")).Text("metadata", "uid");

        var restored = Assert.Single(await RestoreAsync(snapshot));

        Assert.Contains(obstacle, restored.Obstacle, StringComparison.Ordinal);
        Assert.Equal(uid, (await _storage.ClaimAsync("data")).Text("metadata", "uid"));
        Assert.Equal("Delete", await _storage.PolicyOfAsync(volume));
        Assert.NotNull(await _server.Client.GetAsync(Web().WithNamespace(_shop).Id, default));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Restore_OneOfTwoClaimsCannotBe_RestoresNeither()
    {
        var (snapshot, _) = await PrepareAsync();
        var (second, _) = await PrepareAsync("more");
        await DeleteAsync(_storage.SnapshotId(second));
        var uid = (await _storage.ClaimAsync("data")).Text("metadata", "uid");

        var restored = await _storage.WorkUntilAsync(Snapshots().RestoreAsync([(_storage.ClaimId("data"), snapshot), (_storage.ClaimId("more"), second)], default));

        Assert.Contains("/more cannot be restored", restored[0].Obstacle, StringComparison.Ordinal);
        Assert.Contains("somebody deleted the snapshot", restored[1].Obstacle, StringComparison.Ordinal);
        Assert.Equal(uid, (await _storage.ClaimAsync("data")).Text("metadata", "uid"));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Restore_OfATenant_HasTheRightsOfItsAccountAndTheAgentKeepsTheVolume()
    {
        var (snapshot, volume) = await PrepareAsync();
        foreach (var item in Yaml.Read($$"""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: deployer, namespace: {{_shop}}}
            rules:
              - {apiGroups: [snapshot.storage.k8s.io], resources: [volumesnapshots], verbs: [create, patch, delete]}
              - {apiGroups: [""], resources: [persistentvolumeclaims], verbs: [create, patch, delete]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: deployer, namespace: {{_shop}}}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: deployer}
            subjects: [{kind: ServiceAccount, name: deployer, namespace: {{_shop}}}]
            """))
        {
            await _storage.ApplyAsync(item);
        }

        using var tenant = _server.Connect(new KubernetesClientOptions { ImpersonatedUser = $"system:serviceaccount:{_shop}:deployer" });
        var snapshots = new VolumeSnapshots(tenant, TimeProvider.System, Set, _shop);
        var denied = Assert.Single(await _storage.WorkUntilAsync(snapshots.RestoreAsync([(_storage.ClaimId("data"), snapshot)], default)));
        Assert.Contains("deployments", denied.Obstacle, StringComparison.Ordinal); // it may not delete the workload
        Assert.Equal("Delete", await _storage.PolicyOfAsync(volume));
        Assert.NotNull((await snapshots.StartAsync(Data, "bundle", "2", default)).Name);

        await DeleteAsync(Web().WithNamespace(_shop).Id);
        var restored = Assert.Single(await _storage.WorkUntilAsync(snapshots.RestoreAsync([(_storage.ClaimId("data"), snapshot)], default)));

        Assert.Equal((null, volume), (restored.Obstacle, Assert.Single(restored.KeptVolumes)));
        Assert.Equal("Retain", await _storage.PolicyOfAsync(volume));
    }

    private VolumeSnapshots Snapshots() => new(_server.Client, TimeProvider.System, Set, _shop);

    private Task<IReadOnlyList<ClaimRestore>> RestoreAsync(string snapshot, string claim = "data") =>
        _storage.WorkUntilAsync(Snapshots().RestoreAsync([(_storage.ClaimId(claim), snapshot)], default));

    // The bundle is applied, its claim has a volume, its pod uses it, and there is a snapshot of it.
    private async Task<(string Snapshot, string Volume)> PrepareAsync(string claim = "data", bool source = false)
    {
        var objects = LastGood() with { Objects = [Claim(claim, source: source), Web(claim)] };
        var applied = await new ClusterApplier(_server.Client, TimeProvider.System).ApplyAsync(objects, null, default);
        Assert.True(applied.IsComplete, string.Join('\n', applied.Changes));
        var volume = await _storage.BindAsync(claim);
        await _storage.ApplyAsync(Yaml.ReadOne($"apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: {claim}, namespace: {_shop}, labels: {{backup: nightly}}}}\n"));
        await _storage.ApplyAsync(Yaml.ReadOne($"apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: default, namespace: {_shop}}}\n"));
        var web = (await _server.Client.GetAsync(Web(claim).WithNamespace(_shop).Id, default))!;
        await _storage.ApplyAsync(Pod($"web-{claim}", claim, $"[{{apiVersion: apps/v1, kind: Deployment, name: {Web(claim).Name}, uid: {web.Text("metadata", "uid")}, controller: true}}]"));
        return (await SnapshotAsync(claim), volume);
    }

    private async Task<string> SnapshotAsync(string claim)
    {
        var name = (await Snapshots().StartAsync(Data with { Claim = claim }, "bundle", "1", default)).Name!;
        await _storage.SetStatusAsync(name, """{"readyToUse": true, "creationTime": "2026-11-30T16:00:00Z", "restoreSize": "1Gi"}""");
        return name;
    }

    private async Task Plant(string fault, string snapshot)
    {
        switch (fault)
        {
            case "pod":
                await _storage.ApplyAsync(Pod("somebody", "data", "[]"));
                break;
            case "snapshot":
                await DeleteAsync(_storage.SnapshotId(snapshot));
                break;
            case "not ready":
                await _storage.SetStatusAsync(snapshot, """{"readyToUse": false}""");
                break;
            case "size":
                await _storage.SetStatusAsync(snapshot, """{"readyToUse": true, "restoreSize": "2Gi"}""");
                break;
        }
    }

    private async Task DeleteAsync(ObjectId id) =>
        await _server.Client.DeleteAsync(id, (await _server.Client.GetAsync(id, default)).Text("metadata", "uid")!, Propagation.Background, default);

    private ApplyRequest LastGood() => new($"set-{_shop}", $"{_shop}-own", _shop, [Claim(), Web()]);

    private static KubernetesObject Claim(string name = "data", bool label = true, bool source = false) => Yaml.ReadOne($$"""
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: {{name}}{{(label ? ", labels: {app: shop}" : "")}} }
        spec:
          storageClassName: fast
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: 1Gi} }
          {{(source ? "dataSource: {kind: PersistentVolumeClaim, name: template}" : "volumeMode: Filesystem")}}
        """);

    private KubernetesObject Plain(string name) => Yaml.ReadOne($$"""
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: {{name}}, namespace: {{_shop}}, labels: {of: database} }
        spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi} } }
        """);

    private static KubernetesObject Web(string claim = "data") => Yaml.ReadOne($$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web-{{claim}}}
        spec:
          selector: {matchLabels: {app: web-{{claim}}} }
          template:
            metadata: {labels: {app: web-{{claim}}} }
            spec:
              containers: [{name: main, image: a}]
              volumes: [{name: data, persistentVolumeClaim: {claimName: {{claim}}} }]
        """);

    private static KubernetesObject StatefulSet() => Yaml.ReadOne("""
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: database}
        spec:
          serviceName: database
          selector: {matchLabels: {app: database} }
          template: {metadata: {labels: {app: database} }, spec: {containers: [{name: main, image: a}] } }
          volumeClaimTemplates:
          - metadata: {name: data}
            spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi} } }
        """);

    private KubernetesObject Pod(string name, string claim, string owners) => Yaml.ReadOne($$"""
        apiVersion: v1
        kind: Pod
        metadata: {name: {{name}}, namespace: {{_shop}}, ownerReferences: {{owners}}}
        spec:
          automountServiceAccountToken: false
          containers: [{name: main, image: a}]
          volumes: [{name: data, persistentVolumeClaim: {claimName: {{claim}}} }]
        """);
}
