using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Tests.Api;

namespace EdgeSync.Kubernetes.Tests.Apply;

/// <summary>A tenant's objects are written with the rights of its service account, and the inventory with those of the agent.</summary>
[Collection(ApiServer.Collection)]
public sealed class TenantAccountTests(ApiServer server)
{
    private readonly string _shop = $"shop-{Guid.NewGuid():N}"[..20];

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_AsAServiceAccount_HasItsRightsOnly()
    {
        await ApplyAsync(server.Client, "site", Yaml.Namespace(_shop));
        foreach (var item in Yaml.Read($$"""
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: deployer, namespace: {{_shop}}}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: deployer, namespace: {{_shop}}}
            rules: [{apiGroups: [""], resources: [configmaps], verbs: [create, patch, delete]}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: deployer, namespace: {{_shop}}}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: deployer}
            subjects: [{kind: ServiceAccount, name: deployer, namespace: {{_shop}}}]
            """))
        {
            await server.Client.ApplyAsync(item, new ApplyMode { Force = true }, default);
        }

        using var tenant = server.Connect(new KubernetesClientOptions { ImpersonatedUser = $"system:serviceaccount:{_shop}:deployer" });
        var allowed = await ApplyAsync(tenant, "tenant", Yaml.ConfigMap(_shop, "a", "1"));
        var again = await ApplyAsync(tenant, "tenant", Yaml.ConfigMap(_shop, "a", "2"));
        var refused = await ApplyAsync(tenant, "tenant", Yaml.ConfigMap(_shop, "a", "3"), Yaml.ReadOne($"apiVersion: v1\nkind: Secret\nmetadata: {{name: s, namespace: {_shop}}}\n"));

        Assert.True(allowed.IsComplete, string.Join('\n', allowed.Changes));
        Assert.Equal(ChangeAction.Configured, Assert.Single(again.Changes).Action);
        var failure = Assert.Single(refused.Failures);
        Assert.Equal(("Secret", ApiReasons.ClusterForbidden), (failure.Id.Kind, failure.Failure!.Reason));
        Assert.Contains($"system:serviceaccount:{_shop}:deployer", failure.Failure.Message, StringComparison.Ordinal);
        Assert.Equal("2", (string?)(await server.Client.GetAsync(Yaml.ConfigMap(_shop, "a", "1").Id, default))!["data"]!["say"]);
    }

    private Task<ApplyResult> ApplyAsync(KubernetesClient client, string set, params EdgeSync.Kubernetes.Manifests.KubernetesObject[] objects) =>
        new ClusterApplier(client, TimeProvider.System).ApplyAsync(new ApplyRequest(set, $"{_shop}-own", _shop, objects), null, default);
}
