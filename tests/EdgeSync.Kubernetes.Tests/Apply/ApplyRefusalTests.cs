using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Tests.Api;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Tests.Apply;

/// <summary>Refusals that the API server explains only in text; the client finds out what they mean by asking again.</summary>
[Collection(ApiServer.Collection)]
public sealed class ApplyRefusalTests(ApiServer server)
{
    private readonly string _shop = $"shop-{Guid.NewGuid():N}"[..20];

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Apply_FieldThatTheSchemaDoesNotHave_IsInvalid(bool dryRun)
    {
        await ApplyAsync(Yaml.Namespace(_shop));
        var wrong = Yaml.ReadOne($"apiVersion: v1\nkind: Service\nmetadata: {{name: a, namespace: {_shop}}}\nspec: {{prots: [{{port: 80}}]}}\n");

        var failure = await Assert.ThrowsAsync<KubernetesApiException>(
            () => server.Client.ApplyAsync(wrong, new ApplyMode { DryRun = dryRun }, default));

        Assert.Equal((ApiReasons.ObjectInvalid, Disposition.Stalled), (failure.Reason, failure.Disposition));
        Assert.Contains("prots", failure.Message, StringComparison.Ordinal);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_CustomObjectThatEtcdDoesNotStore_IsTooLarge()
    {
        var group = $"{_shop}.example.com";
        await new ClusterApplier(server.Client, TimeProvider.System).ApplyAsync(
            new ApplyRequest("set", _shop + "-own", _shop, [Yaml.Namespace(_shop), Yaml.ReadOne(Yaml.Definition("lamps", "Lamp", group))]), null, default);
        var large = Yaml.ReadOne($"apiVersion: {group}/v1\nkind: Lamp\nmetadata: {{name: a, namespace: {_shop}}}\n");
        large.Json["spec"] = new JsonObject { ["size"] = 1 };
        large.Json["metadata"]!["labels"] = new JsonObject(
            Enumerable.Range(0, 12_000).Select(at => KeyValuePair.Create($"{new string('a', 60)}/{at}{new string('x', 50)}", (JsonNode?)"1")));

        var failure = await Assert.ThrowsAsync<KubernetesApiException>(() => server.Client.ApplyAsync(large, new ApplyMode(), default));

        Assert.Equal((ApiReasons.ObjectTooLarge, Disposition.Stalled), (failure.Reason, failure.Disposition));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_ServiceWithItsNodePortThatCannotChange_IsImmutable()
    {
        await ApplyAsync(Yaml.Namespace(_shop));
        KubernetesObject Make(string address) => Yaml.ReadOne(
            $"apiVersion: v1\nkind: Service\nmetadata: {{name: a, namespace: {_shop}}}\nspec: {{type: NodePort, clusterIP: {address}, ports: [{{port: 80, protocol: TCP, nodePort: 31789}}]}}\n");
        await ApplyAsync(Make("10.43.88.1"));

        // A new Service would be refused too, because its node port is taken: by the one that it is to replace.
        var failure = await Assert.ThrowsAsync<KubernetesApiException>(() => ApplyAsync(Make("10.43.88.2")));

        Assert.Equal(ApiReasons.ObjectImmutable, failure.Reason);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_InvalidObjectThatIsNew_IsInvalid()
    {
        await ApplyAsync(Yaml.Namespace(_shop));
        var wrong = Yaml.ReadOne($"apiVersion: v1\nkind: Service\nmetadata: {{name: a, namespace: {_shop}}}\nspec: {{ports: [{{port: 70000, protocol: TCP}}]}}\n");

        var failure = await Assert.ThrowsAsync<KubernetesApiException>(() => ApplyAsync(wrong));

        Assert.Equal((ApiReasons.ObjectInvalid, 422), (failure.Reason, failure.StatusCode));
    }

    private Task<(JsonObject Live, bool IsNew)> ApplyAsync(KubernetesObject item) => server.Client.ApplyAsync(item, new ApplyMode(), default);
}
