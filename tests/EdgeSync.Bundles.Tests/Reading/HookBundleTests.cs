using System.Text.Json.Nodes;
using EdgeSync.Bundles.Metadata;
using EdgeSync.Bundles.Reading;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Oci.Content;
using EdgeSync.Primitives;

namespace EdgeSync.Bundles.Tests.Reading;

/// <summary>Bundles with hooks, built and read again.</summary>
public sealed class HookBundleTests : IDisposable
{
    private const string Migrate =
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: migrate, annotations: {edgesync.dev/hook: pre-activate, edgesync.dev/hook-weight: "5"}}
        spec:
          template:
            spec:
              restartPolicy: Never
              serviceAccountName: migrator
              imagePullSecrets: [{name: pull}]
              containers:
                - name: main
                  image: r.example/migrate:1
                  envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: password, optional: true}}]
              volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: back-up, annotations: {edgesync.dev/hook: "pre-activate,on-rollback"}}
        spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: r.example/back-up:1}]}}}

        """;

    private const string Needs =
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: migrator, namespace: shop}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: migrator, namespace: other}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: migrator, namespace: shop}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: migrator}
        subjects: [{kind: ServiceAccount, name: migrator}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: migrator, namespace: shop}
        rules: []
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, namespace: shop}
        data: {a: b}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: unused, namespace: shop}
        data: {a: b}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: password, namespace: shop}
        stringData: {a: b}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data, namespace: shop}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: settings, namespace: shop}
        spec: {ports: [{port: 80}], selector: {app: web}}

        """;

    private readonly BundleFixture _fixture = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(1));

    [Fact]
    public async Task InspectAsync_Hooks_AreApartFromTheObjectsAndInTheirOrder()
    {
        var content = await BuildAsync();

        Assert.Equal(BundleMetadata.HookSchema, content.Metadata.Schema);
        Assert.Equal(["back-up", "migrate"], content.Hooks.Select(hook => hook.Job.Name));
        Assert.DoesNotContain(content.Objects, item => item.Kind == "Job");
        Assert.DoesNotContain(content.Components.SelectMany(component => component.Objects), item => item.Kind == "Job");
        Assert.Equal("shop", content.Hooks[0].Job.Namespace);
    }

    [Fact]
    public async Task FindNeeds_WhatTheJobsName_IsFoundWithItsRights()
    {
        var content = await BuildAsync();

        Assert.Equal(
            [
                "Namespace shop", "ServiceAccount shop/migrator", "RoleBinding shop/migrator", "Role shop/migrator", "ConfigMap shop/settings", "Secret shop/password",
                "PersistentVolumeClaim shop/data",
            ],
            content.FindNeeds(HookMoment.PreActivate, "default").Select(item => item.Id.ToString()));
        Assert.Equal(["Namespace shop"], content.FindNeeds(HookMoment.OnRollback, "default").Select(item => item.Id.ToString()));
    }

    [Fact]
    public async Task InspectAsync_BundleOfABuilderWithoutHooks_IsRefused()
    {
        var (digest, store) = await WriteAsync();
        var index = await store.ReadManifestAsync(digest, mediaType: null, _limit.Token);
        var changed = await WithSchemaAsync(store, index.Bytes.ToArray(), BundleMetadata.AdaptedSchema);

        var failure = await Assert.ThrowsAsync<BundleException>(() => BundleReader.InspectAsync(changed, store, _limit.Token));

        Assert.Contains("Job shop/migrate: it is a hook, and the schema of the bundle's metadata is not edgesync.dev/bundle/v4", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlaceFor_Folder_GivesItsHooks()
    {
        Write();
        var (objects, hooks) = (await Sources.BundleFolder.LoadAsync(_fixture.Source, _limit.Token)).PlaceFor(BundleFixture.Values);

        Assert.Equal(["back-up", "migrate"], hooks.Select(hook => hook.Job.Name));
        Assert.DoesNotContain(objects, item => item.Kind == "Job");
    }

    public void Dispose()
    {
        _fixture.Dispose();
        _limit.Dispose();
    }

    private void Write() => _fixture
        .Define("ignoreImages: [r.example/*]\ncomponents:\n  - {name: shop, path: shop, namespace: shop}\n  - {name: needs, path: needs}\n")
        .Write("shop/jobs.yaml", Migrate)
        .Write("needs/needs.yaml", Needs);

    private async Task<BundleContent> BuildAsync()
    {
        var (digest, store) = await WriteAsync();
        return await BundleReader.InspectAsync(digest, store, _limit.Token);
    }

    private async Task<(Digest Digest, ContentStore Store)> WriteAsync()
    {
        Write();
        var store = await _fixture.OpenAsync("out");
        return ((await _fixture.BuildAsync(store, _limit.Token)).Descriptor.Digest, store);
    }

    private async Task<Digest> WithSchemaAsync(ContentStore store, byte[] index, string schema)
    {
        var root = JsonNode.Parse(index)!;
        var manifest = await BundleFixture.ReadJsonAsync(store, Digest.Parse(root["manifests"]![0]!["digest"]!.GetValue<string>()));
        var config = await BundleFixture.ReadJsonAsync(store, Digest.Parse(manifest["config"]!["digest"]!.GetValue<string>()));
        config["schema"] = schema;
        await ReplaceAsync(store, manifest["config"]!, config);
        await ReplaceAsync(store, root["manifests"]![0]!, manifest);
        return (await store.WriteAsync(root["mediaType"]!.GetValue<string>(), System.Text.Encoding.UTF8.GetBytes(root.ToJsonString()), _limit.Token)).Digest;
    }

    private async Task ReplaceAsync(ContentStore store, JsonNode descriptor, JsonNode content)
    {
        var written = await store.WriteAsync(descriptor["mediaType"]!.GetValue<string>(), System.Text.Encoding.UTF8.GetBytes(content.ToJsonString()), _limit.Token);
        descriptor["digest"] = written.Digest.ToString();
        descriptor["size"] = written.Size;
    }
}
