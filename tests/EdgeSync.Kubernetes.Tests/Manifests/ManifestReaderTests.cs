using System.Text;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Yaml;

namespace EdgeSync.Kubernetes.Tests.Manifests;

public sealed class ManifestReaderTests
{
    private const string ConfigMaps = """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: first
        ---
        apiVersion: v1
        kind: List
        items:
        - apiVersion: apps/v1
          kind: Deployment
          metadata: {name: web, namespace: shop}
          spec:
            template:
              spec:
                initContainers:
                - name: init
                  image: example.com/init:1
                containers:
                - name: web
                  image: example.com/web:1
        """;

    [Fact]
    public void Read_ObjectInAList_KnowsItsLines()
    {
        var web = Read(ConfigMaps)[1];

        Assert.Equal("Deployment shop/web", web.ToString());
        Assert.Equal("shop.yaml:9", web.Source!.ToString());
        Assert.Equal(new TextPosition(20, 18), web.Source.Positions.Find("/spec/template/spec/containers/0/image"));
        Assert.Equal(new TextPosition(11, 20), web.Source.Positions.Find("/metadata/name"));
        Assert.Equal(new TextPosition(19, 11), web.Source.Positions.Find("/spec/template/spec/containers/0/no/such"));
    }

    [Theory]
    [InlineData("metadata: {name: a}*a \nkind: ConfigMap\n")]
    [InlineData("a: [b\nc: d\n")]
    public void Read_TextThatEndsTheParserEarly_IsRefused(string yaml) =>
        Assert.Throws<ManifestException>(() => ManifestReader.Read(Encoding.UTF8.GetBytes(yaml), "shop.yaml"));

    [Fact]
    public void Read_WithoutPositions_StillKnowsTheDocument()
    {
        var objects = ManifestReader.Read(Encoding.UTF8.GetBytes(ConfigMaps), "shop.yaml", new ManifestReaderOptions { KeepPositions = false });

        Assert.Equal(6, objects[1].Source!.Positions.Find("/spec").Line);
    }

    [Fact]
    public void Read_FileOverTheLimit_IsRefused()
    {
        var options = new ManifestReaderOptions { MaxBytes = 10 };

        var failure = Assert.Throws<ManifestException>(() => ManifestReader.Read(Encoding.UTF8.GetBytes(ConfigMaps), "a.yaml", options));

        Assert.Contains("at most 10 are read", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MoreObjectsThanTheLimit_IsRefused()
    {
        var options = new ManifestReaderOptions { MaxObjects = 1 };

        var failure = Assert.Throws<ManifestException>(() => ManifestReader.Read(Encoding.UTF8.GetBytes(ConfigMaps), "a.yaml", options));

        Assert.Contains("more than 1 objects", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SixteenMegabytesOfOpenBrackets_IsRefusedAtOnce()
    {
        var input = new byte[16 * 1024 * 1024];
        input.AsSpan().Fill((byte)'[');

        Assert.Throws<ManifestException>(() => ManifestReader.Read(input, "a.yaml"));
    }

    [Fact]
    public void WithNamespace_OfAnotherObject_LeavesTheFirstAlone()
    {
        var first = Read(ConfigMaps)[0];

        var moved = first.WithNamespace("shop");

        Assert.Null(first.Namespace);
        Assert.Equal("ConfigMap shop/first", moved.ToString());
        Assert.Null(moved.WithNamespace(null).Json["metadata"]!["namespace"]);
    }

    private static IReadOnlyList<KubernetesObject> Read(string yaml) => ManifestReader.Read(Encoding.UTF8.GetBytes(yaml), "shop.yaml");
}
