using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Tests.Manifests;

public sealed class CompactObjectTests
{
    private const string Manifest = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop, labels: {"emoji": "🚀", text: "a\tb \u0000 ü"}}
        spec: {replicas: 3, big: 9223372036854775807, share: 0.5, exact: 1e3, none: null, list: [1, "1", true]}
        """;

    [Fact]
    public void Compact_Object_IsTheSameAfterwards()
    {
        var plain = Yaml.ReadOne(Manifest);
        var compact = Yaml.ReadOne(Manifest);
        var before = compact.Fingerprint;

        compact.Compact();
        compact.Compact();

        Assert.True(JsonNode.DeepEquals(plain.Json, compact.Json));
        Assert.Equal(plain.Json.ToJsonString(), compact.Json.ToJsonString());
        Assert.Equal((before, plain.Id), (compact.Fingerprint, compact.Id));
        Assert.Equal("other", compact.WithNamespace("other").Json["metadata"]!["namespace"]!.GetValue<string>());
        Assert.Equal(3, compact.Json.Number("spec", "replicas"));
    }

    [Fact]
    public void Json_OfACompactObject_IsReadOnceWhileSomebodyLooksAtIt()
    {
        var compact = Yaml.ReadOne(Manifest);
        compact.Compact();

        var json = compact.Json;

        Assert.Same(json, compact.Json);
        GC.KeepAlive(json);
    }
}
