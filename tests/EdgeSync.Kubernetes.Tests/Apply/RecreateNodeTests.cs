using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Kubernetes;

namespace EdgeSync.Kubernetes.Tests.Apply;

/// <summary>On a cluster with controllers: an object deleted in the foreground is gone only after the garbage collector has removed its dependents.</summary>
#pragma warning disable CA1001 // xunit calls DisposeAsync.
public sealed class RecreateNodeTests : IAsyncLifetime
{
    private const int Limit = 600_000;
    private TestbedSession _session = null!;
    private KubernetesNode _node = null!;
    private KubernetesClient _client = null!;

    public async Task InitializeAsync()
    {
        _session = await TestbedSession.StartAsync();
        _node = await KubernetesNode.StartAsync(_session);
        _client = new KubernetesClient(Kubeconfig.Load(_node.KubeconfigPath), new KubernetesClientOptions(), TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _node.DisposeAsync();
        await _session.DisposeAsync();
    }

    [PeerFact(Timeout = Limit)]
    public async Task Apply_ManifestsThatAllowIt_MakesObjectsAnewThatCannotBeChanged()
    {
        string[] names = ["Deployment", "Service", "StatefulSet", "ConfigMap", "Secret", "RoleBinding", "Job"];
        await ApplyAsync(false, names.Select(name => ImmutablePairs.Find(name).Before()));
        var before = await UidsAsync(names);

        var after = await ApplyAsync(false, names.Select(name => ImmutablePairs.Find(name).After(recreate: true)));
        var again = await ApplyAsync(false, names.Select(name => ImmutablePairs.Find(name).After(recreate: true)));

        Assert.Equal(names.Length, after.Count(ChangeAction.Recreated));
        Assert.Empty(before.Intersect(await UidsAsync(names)));
        Assert.Equal(0, again.Count(ChangeAction.Recreated));
    }

    [PeerFact(Timeout = Limit)]
    public async Task Apply_WhatHoldsDataUnderAllowDestructive_IsMadeAnew()
    {
        await ApplyAsync(false, [ImmutablePairs.Find("StatefulSet with volumes").Before()]);

        var after = await ApplyAsync(true, [ImmutablePairs.Find("StatefulSet with volumes").After(recreate: true)]);

        Assert.Equal(1, after.Count(ChangeAction.Recreated));
    }

    private async Task<ApplyResult> ApplyAsync(bool allowDestructive, IEnumerable<KubernetesObject> objects)
    {
        var request = new ApplyRequest("set", "shop-own", "shop", [Yaml.Namespace("shop"), .. objects])
        {
            Options = new ApplyOptions { AllowDestructive = allowDestructive },
        };
        var result = await new ClusterApplier(_client, TimeProvider.System).ApplyAsync(request, null, default);
        Assert.True(result.IsComplete, string.Join('\n', result.Changes));
        return result;
    }

    private async Task<List<string>> UidsAsync(IEnumerable<string> names)
    {
        var uids = new List<string>();
        foreach (var name in names)
        {
            var live = await _client.GetAsync(ImmutablePairs.Find(name).Before().Id with { Namespace = "shop" }, default);
            uids.Add(live!["metadata"]!["uid"]!.GetValue<string>());
        }

        return uids;
    }
}
