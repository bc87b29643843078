using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;

namespace EdgeSync.Kubernetes.Tests.Apply;

/// <summary>Which definitions drop a version that the cluster has stored, by their texts alone.</summary>
public sealed class StoredVersionsTests
{
    private const string Head = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: tills.example.com}\n";

    [Theory]
    [InlineData("spec: {versions: [{name: v1}, {name: v2}]}")]
    [InlineData("spec: {version: v1, versions: [{name: v2}]}")]
    public void Objection_EveryStoredVersionIsThere_IsNull(string spec) =>
        Assert.Null(StoredVersions.Objection(Live("v1", "v2"), Yaml.ReadOne(Head + spec)));

    [Fact]
    public void Objection_VersionsAreMissing_NamesThemAll()
    {
        var objection = StoredVersions.Objection(Live("v1alpha1", "v1beta1", "v1"), Yaml.ReadOne(Head + "spec: {versions: [{name: v1}]}"));

        Assert.Equal(
            "CustomResourceDefinition tills.example.com: the bundle's definition drops the versions v1alpha1, v1beta1, in which the cluster may have stored objects (status.storedVersions)",
            objection?.Message);
        Assert.Equal(ApiReasons.ObjectInvalid, objection?.Reason);
    }

    [Fact]
    public void Objection_NothingIsLive_IsNull() => Assert.Null(StoredVersions.Objection(null, Yaml.ReadOne(Head + "spec: {versions: [{name: v1}]}")));

    [Fact]
    public void Objection_AnotherKindWithSuchAStatus_IsNull() =>
        Assert.Null(StoredVersions.Objection(Live("v1"), Yaml.ReadOne("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: motto}\n")));

    private static JsonObject Live(params string[] stored) =>
        new() { ["status"] = new JsonObject { ["storedVersions"] = new JsonArray([.. stored.Select(version => (JsonNode)version)]) } };
}
