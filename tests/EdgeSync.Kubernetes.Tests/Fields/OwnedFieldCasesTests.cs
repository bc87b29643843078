using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Tests.Fields;

/// <summary>What is sent of an object that exists, what is given up, and what conflicts, by what its managed fields say.</summary>
public sealed class OwnedFieldCasesTests
{
    private const string Us = "edgesync";

    [Theory]
    [InlineData("/spec/replicas", """{"f:spec":{"f:other":{}}}""", """{"containers":[{"name":"web","image":"a:1"}]}""")]
    [InlineData("/spec/replicas", """{"f:spec":{"f:replicas":{}}}""", """{"containers":[{"name":"web","image":"a:1"}],"replicas":7}""")]
    [InlineData("/spec/replicas", """{"f:spec":{}}""", """{"containers":[{"name":"web","image":"a:1"}],"replicas":7}""")]
    [InlineData("/spec/containers/*/image", """{"f:spec":{"f:containers":{"k:{\"name\":\"web\"}":{"f:image":{}}}}}""", """{"replicas":2,"containers":[{"name":"web","image":"b:2"}]}""")]
    [InlineData("/spec/containers/k:{\"name\":\"web\"}/image", """{}""", """{"replicas":2,"containers":[{"name":"web"}]}""")]
    [InlineData("/spec/containers/k:{\"name\":\"proxy\"}", """{}""", """{"replicas":2,"containers":[{"name":"web","image":"a:1"}]}""")]
    [InlineData("/spec/limits/cpu", """{"f:spec":{"f:limits":{"f:cpu":{}}}}""", """{"replicas":2,"containers":[{"name":"web","image":"a:1"}],"limits":{"cpu":1}}""")]
    public void ToSend_ObjectThatExists_HasWhatIsStillOurs(string field, string owned, string expected) =>
        Assert.Equal(expected, IgnoredFields.ToSend(Item(field), Live(Us, owned), Us).Json["spec"]!.ToJsonString());

    [Fact]
    public void AsLive_IgnoredFields_AreAsTheyAre() => Assert.Equal(
        """{"containers":[{"name":"web","image":"a:1"},{"name":"proxy","image":"p:1"}],"replicas":7}""",
        IgnoredFields.AsLive(Item("/spec/replicas", "/spec/containers/k:{\"name\":\"proxy\"}"), Live(Us, "{}")).Json["spec"]!.ToJsonString());

    [Theory]
    [InlineData("""{"f:spec":{"f:replicas":{},"f:other":{}}}""", """{"f:spec":{"f:other":{}}}""")]
    [InlineData("""{"f:spec":{"f:other":{}}}""", null)]
    [InlineData("""{"f:spec":{}}""", null)]
    public void PatchToGiveUp_WhatWeOwn_TakesTheIgnoredFieldsOut(string owned, string? rest)
    {
        var patch = IgnoredFields.PatchToGiveUp(Live(Us, owned), Item("/spec/replicas").Fields, Us);

        Assert.Equal(rest, patch.Count == 0 ? null : patch[1]!["value"]!.ToJsonString());
        Assert.All(patch, step => Assert.Equal("/metadata/managedFields/0/fieldsV1", (string?)step!["path"]));
    }

    [Fact]
    public void Find_FieldsThatAForcedApplyTakes_NamesThemWithTheirManager()
    {
        var before = Live("other", """{"f:spec":{".":{},"f:replicas":{},"f:containers":{"k:{\"name\":\"web\"}":{".":{},"f:image":{},"f:tty":{}}}},"f:data":{"f:a/b":{}}}""");
        var after = Live("other", """{"f:spec":{".":{},"f:containers":{"k:{\"name\":\"web\"}":{".":{},"f:tty":{}}}}}""");

        Assert.Equal(
            ["/data/a~1b", "/spec/containers/k:{\"name\":\"web\"}/image", "/spec/replicas"],
            FieldConflict.Find(before, after, Us).Select(conflict => conflict.Field));
        Assert.Equal("'other' has /data/a~1b, /spec/containers/k:{\"name\":\"web\"}/image, /spec/replicas", FieldConflict.Describe(FieldConflict.Find(before, after, Us)));
        Assert.Empty(FieldConflict.Find(before, before, Us));
        Assert.Empty(FieldConflict.Find(before, after, "other"));
    }

    [Fact]
    public void Without_FieldsThatAreLeft_KeepsTheRest() => Assert.Equal(
        """{"containers":[{"name":"web"}]}""",
        IgnoredFields.Without(Item(), ["/spec/replicas", "/spec/containers/k:{\"name\":\"web\"}/image"]).Json["spec"]!.ToJsonString());

    private static KubernetesObject Item(params string[] fields)
    {
        var item = Yaml.ReadOne("apiVersion: example.com/v1\nkind: Lamp\nmetadata: {name: a}\nspec: {replicas: 2, containers: [{name: web, image: 'a:1'}]}\n")
            .WithIgnore(fields.Length == 0 ? [] : [new IgnoreRule { Kind = "Lamp", Fields = fields }]);
        return new KubernetesObject(item.Json) { Fields = FieldRules.Of(item, new()) };
    }

    private static JsonObject Live(string manager, string owned) => JsonNode.Parse(
        $$"""
        {
          "apiVersion": "example.com/v1", "kind": "Lamp",
          "metadata": {"name": "a", "managedFields": [{"manager": "{{manager}}", "operation": "Apply", "apiVersion": "example.com/v1", "fieldsV1": {{owned}} }]},
          "spec": {"replicas": 7, "limits": {"cpu": 1}, "containers": [{"name": "web", "image": "b:2"}, {"name": "proxy", "image": "p:1"}]}
        }
        """)!.AsObject();
}
