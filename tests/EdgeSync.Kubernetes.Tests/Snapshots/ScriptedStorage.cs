using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Snapshots;
using EdgeSync.Kubernetes.Tests.Api;

namespace EdgeSync.Kubernetes.Tests.Snapshots;

/// <summary>
/// Does in one namespace what a cluster's controllers and a storage driver do, where an API server has none: binds claims, completes snapshots, removes finalizers of deleted
/// claims and pods of deleted workloads. Everything happens when the test says so.
/// </summary>
internal sealed class ScriptedStorage(ApiServer server, string @namespace) : IDisposable
{
    public const string Class = "fast";
    private readonly KubernetesClient _controllers = server.Connect(new KubernetesClientOptions { FieldManager = "controllers" });

    public static ObjectId Definition { get; } = new("apiextensions.k8s.io/v1", "CustomResourceDefinition", null, "volumesnapshots.snapshot.storage.k8s.io");

    /// <summary>Defines the kinds and, with <paramref name="hasClass"/>, the default class; waits until they are served. Takes the class away without.</summary>
    public async Task InstallAsync(bool hasClass = true)
    {
        await ApplyAsync(DefinitionOf("volumesnapshots", "VolumeSnapshot", "Namespaced"));
        await ApplyAsync(DefinitionOf("volumesnapshotclasses", "VolumeSnapshotClass", "Cluster"));
        foreach (var kind in new[] { "VolumeSnapshot", "VolumeSnapshotClass" })
        {
            await UntilAsync(async () =>
            {
                server.Client.RefreshDiscovery();
                return await server.Client.FindTypeAsync(VolumeSnapshots.ApiVersion, kind, default) is { } type
                    && await server.Node.ExistsAsync(type.Path(null));
            });
        }

        var standard = Yaml.ReadOne($$"""
            apiVersion: snapshot.storage.k8s.io/v1
            kind: VolumeSnapshotClass
            metadata: {name: {{Class}}, annotations: {snapshot.storage.kubernetes.io/is-default-class: "true"} }
            driver: csi.example
            deletionPolicy: Delete
            """);
        if (hasClass)
        {
            await ApplyAsync(standard);
        }
        else if (await _controllers.GetAsync(standard.Id, default) is { } live)
        {
            await _controllers.DeleteAsync(standard.Id, live.Text("metadata", "uid")!, Propagation.Background, default);
        }
    }

    /// <summary>The cluster does not know the kinds any more.</summary>
    public async Task UninstallAsync()
    {
        foreach (var id in new[] { Definition, Definition with { Name = "volumesnapshotclasses.snapshot.storage.k8s.io" } })
        {
            if (await _controllers.GetAsync(id, default) is { } live)
            {
                await _controllers.DeleteAsync(id, live.Text("metadata", "uid")!, Propagation.Background, default);
                await UntilAsync(async () => await _controllers.GetAsync(id, default) is null);
            }
        }

        server.Client.RefreshDiscovery();
    }

    /// <summary>Gives the claim a new volume, whose name it returns.</summary>
    public async Task<string> BindAsync(string claim)
    {
        var live = (await _controllers.GetAsync(ClaimId(claim), default))!;
        var volume = $"pv-{Guid.NewGuid():N}"[..16];
        await ApplyAsync(Yaml.ReadOne($$"""
            apiVersion: v1
            kind: PersistentVolume
            metadata: {name: {{volume}}}
            spec:
              capacity: {storage: 1Gi}
              accessModes: [ReadWriteOnce]
              storageClassName: {{Class}}
              persistentVolumeReclaimPolicy: Delete
              hostPath: {path: /tmp/{{volume}}}
              claimRef: {kind: PersistentVolumeClaim, namespace: {{@namespace}}, name: {{claim}}, uid: {{live.Text("metadata", "uid")}}}
            """));
        await _controllers.PatchAsync(ClaimId(claim), new JsonObject { ["spec"] = new JsonObject { ["volumeName"] = volume } }, dryRun: false, default);
        return volume;
    }

    /// <summary>What the snapshot controller writes.</summary>
    public async Task SetStatusAsync(string snapshot, string status)
    {
        var live = (await _controllers.GetAsync(SnapshotId(snapshot), default))!;
        live["status"] = JsonNode.Parse(status);
        await server.Node.ReplaceAsync($"/apis/snapshot.storage.k8s.io/v1/namespaces/{@namespace}/volumesnapshots/{snapshot}/status", live.ToJsonString());
    }

    /// <summary>One round of the controllers that let deleted claims and the pods of deleted workloads go.</summary>
    public async Task StepAsync()
    {
        foreach (var claim in await ListAsync("PersistentVolumeClaim"))
        {
            if (claim.At("metadata", "deletionTimestamp") is not null)
            {
                await IgnoringGoneAsync(() => _controllers.PatchAsync(ClaimId(claim.Text("metadata", "name")!), new JsonObject { ["metadata"] = new JsonObject { ["finalizers"] = null } }, dryRun: false, default));
            }
        }

        foreach (var pod in await ListAsync("Pod"))
        {
            if (pod.Objects("metadata", "ownerReferences").FirstOrDefault() is { } owner
                && await _controllers.GetAsync(new ObjectId(owner.Text("apiVersion")!, owner.Text("kind")!, @namespace, owner.Text("name")!), default) is null)
            {
                await _controllers.DeleteAsync(new KubernetesObject(pod).Id, pod.Text("metadata", "uid")!, Propagation.Background, default);
            }
        }
    }

    /// <summary>Lets the controllers work until the work ends.</summary>
    public async Task<T> WorkUntilAsync<T>(Task<T> work)
    {
        while (!work.IsCompleted)
        {
            await StepAsync();
        }

        return await work;
    }

    public ObjectId ClaimId(string name) => new("v1", "PersistentVolumeClaim", @namespace, name);

    public ObjectId SnapshotId(string name) => new(VolumeSnapshots.ApiVersion, VolumeSnapshots.Kind, @namespace, name);

    public Task<JsonObject?> ClaimAsync(string name) => _controllers.GetAsync(ClaimId(name), default);

    public Task<JsonObject?> SnapshotAsync(string name) => _controllers.GetAsync(SnapshotId(name), default);

    public async Task<string?> PolicyOfAsync(string volume) =>
        (await _controllers.GetAsync(new ObjectId("v1", "PersistentVolume", null, volume), default)).Text("spec", "persistentVolumeReclaimPolicy");

    public Task ApplyAsync(KubernetesObject item) => _controllers.ApplyAsync(item, new ApplyMode { Force = true }, default);

    public void Dispose() => _controllers.Dispose();

    private async Task<IReadOnlyList<JsonObject>> ListAsync(string kind)
    {
        var type = (await _controllers.FindTypeAsync("v1", kind, default))!;
        return (await _controllers.ListAsync(type, new ListSelection { Namespace = @namespace }, default)).Items;
    }

    private static async Task IgnoringGoneAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (KubernetesApiException failure) when (failure.StatusCode is 404 or 409)
        {
            // Somebody was faster.
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static KubernetesObject DefinitionOf(string plural, string kind, string scope) => Yaml.ReadOne($$"""
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: {{plural}}.snapshot.storage.k8s.io, annotations: {api-approved.kubernetes.io: "https://github.com/kubernetes-csi/external-snapshotter/pull/419"} }
        spec:
          group: snapshot.storage.k8s.io
          scope: {{scope}}
          names: {plural: {{plural}}, singular: {{kind.ToLowerInvariant()}}, kind: {{kind}}}
          versions:
          - name: v1
            served: true
            storage: true
            subresources: {status: {} }
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true} }
        """);
}
