using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Fields;

namespace EdgeSync.Kubernetes.Tests.Fields;

public sealed class FieldPointerTests
{
    [Theory]
    [InlineData("/spec/replicas", null)]
    [InlineData("/data/a~1b", null)]
    [InlineData("/webhooks/*/clientConfig/caBundle", null)]
    [InlineData("/spec/template/spec/containers/k:{\"name\":\"web\"}/resources", null)]
    [InlineData("/metadata/annotations/example.com~1note", null)]
    [InlineData("spec.replicas", "'spec.replicas' is no field; write a JSON pointer, as in /spec/replicas")]
    [InlineData("/", "'/' is no field; write a JSON pointer, as in /spec/replicas")]
    [InlineData("/spec//replicas", "'/spec//replicas' has an empty part")]
    [InlineData("/spec/containers/k:web", "'k:web' in '/spec/containers/k:web' is no key of an item; write it as in k:{\"name\":\"web\"}")]
    [InlineData("/metadata/labels", "'/metadata/labels' cannot be ignored: of the metadata, only single labels and annotations can be")]
    [InlineData("/metadata/labels/applyset.kubernetes.io~1part-of", "'/metadata/labels/applyset.kubernetes.io~1part-of' cannot be ignored: EdgeSync needs it")]
    [InlineData("/kind", "'/kind' cannot be ignored: EdgeSync does not apply it as a field")]
    public void FindProblem_OfAField_SaysWhatIsWrong(string text, string? problem) => Assert.Equal(problem, FieldPointer.FindProblem(text));

    [Theory]
    [InlineData("/spec/replicas", """{"f:spec":{"f:replicas":{}},"f:data":{}}""", """{"f:data":{}}""")]
    [InlineData("/spec/replicas", """{"f:spec":{"f:replicas":{},"f:paused":{}}}""", """{"f:spec":{"f:paused":{}}}""")]
    [InlineData("/spec/replicas", """{"f:spec":{}}""", """{"f:spec":{}}""")]
    [InlineData("/spec/replicas/more", """{"f:spec":{"f:replicas":{}}}""", """{"f:spec":{"f:replicas":{}}}""")]
    [InlineData("/data", """{"f:data":{".":{},"f:a":{}},"f:kind":{}}""", """{"f:kind":{}}""")]
    [InlineData("/l/k:{\"name\":\"a\"}/x", """{"f:l":{"k:{\"name\":\"a\"}":{".":{},"f:x":{}},"k:{\"name\":\"b\"}":{"f:x":{}}}}""", """{"f:l":{"k:{\"name\":\"a\"}":{".":{}},"k:{\"name\":\"b\"}":{"f:x":{}}}}""")]
    [InlineData("/l/*/x", """{"f:l":{"k:{\"name\":\"a\"}":{".":{},"f:x":{}},"k:{\"name\":\"b\"}":{"f:x":{}}}}""", """{"f:l":{"k:{\"name\":\"a\"}":{".":{}}}}""")]
    public void RemoveFrom_FieldsOfAManager_LeavesTheOthers(string text, string fields, string expected)
    {
        var rest = JsonNode.Parse(fields)!.AsObject();

        FieldPointer.Parse(text).RemoveFrom(rest);

        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), rest.ToJsonString());
    }

    [Theory]
    [InlineData("Deployment", null, null, true)]
    [InlineData("Deployment.apps", "till-*", "shop", true)]
    [InlineData("Deployment.apps", "till", "shop", false)]
    [InlineData("Deployment", "till-1", "office", false)]
    [InlineData("Deployment.extensions", null, null, false)]
    public void AppliesTo_AnObject_ByKindNameAndNamespace(string kind, string? name, string? place, bool expected) =>
        Assert.Equal(expected, new IgnoreRule { Kind = kind, Name = name, Namespace = place, Fields = ["/spec"] }.AppliesTo(new("apps/v1", "Deployment", "shop", "till-1")));

    [Fact]
    public void FindProblems_OfAnnotations_NamesTheNearestPolicy()
    {
        var item = Yaml.ReadOne("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {edgesync.dev/conflicts: takes, edgesync.dev/ignore: '/data/a, data'}}\n");

        Assert.Equal(
            [("edgesync.dev/ignore", "'data' is no field; write a JSON pointer, as in /spec/replicas"), ("edgesync.dev/conflicts", "'takes' is no policy; did you mean 'take'?")],
            FieldRules.FindProblems(item));
    }
}
