using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply.Planning;

namespace EdgeSync.Kubernetes.Tests.Apply.Planning;

public sealed class PlannedFieldsTests
{
    [Fact]
    public void Compare_ScalarsAndMaps_GivesOneEntryForEachField() => Assert.Equal(
        ["Added /metadata/labels/a~1b:  -> \"2\"", "Changed /spec/replicas: 2 -> 3", "Removed /metadata/labels/old: \"1\" -> "],
        Compare(
            """{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"a","labels":{"old":"1"}},"spec":{"replicas":2}}""",
            """{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"a","labels":{"a/b":"2"}},"spec":{"replicas":3}}""").Order(StringComparer.Ordinal));

    [Fact]
    public void Compare_ListsOfNamedItems_ComparesThemByName() => Assert.Equal(
        [
            "Added /spec/env/2:  -> {\"name\":\"X\",\"value\":\"9\"}", "Added /spec/env/3:  -> {\"name\":\"C\"}", "Changed /spec/env/1/value: \"2\" -> \"3\"",
            "Removed /spec/env/0: {\"name\":\"A\",\"value\":\"1\"} -> ",
        ],
        Compare(
            """{"apiVersion":"example.com/v1","kind":"Lamp","metadata":{"name":"a"},"spec":{"env":[{"name":"A","value":"1"},{"name":"B","value":"2"}]}}""",
            """{"apiVersion":"example.com/v1","kind":"Lamp","metadata":{"name":"a"},"spec":{"env":[{"name":"X","value":"9"},{"name":"B","value":"3"},{"name":"C"}]}}""").Order(StringComparer.Ordinal));

    [Fact]
    public void Compare_ListsOfOtherLengthWithoutNames_ComparesThemAsAWhole() => Assert.Equal(
        ["Changed /spec/args: [\"a\"] -> [\"a\",\"b\"]"],
        Compare("""{"apiVersion":"example.com/v1","kind":"Lamp","metadata":{"name":"a"},"spec":{"args":["a"]}}""", """{"apiVersion":"example.com/v1","kind":"Lamp","metadata":{"name":"a"},"spec":{"args":["a","b"]}}"""));

    [Theory]
    [InlineData("""{"data":{"a":"b2xk"}}""", """{"data":{"a":"bmV3"}}""", "/data/a")]
    [InlineData("""{}""", """{"data":{"a":"bmV3"}}""", "/data/a")]
    [InlineData("""{"stringData":{"a":"old"}}""", """{"stringData":{"a":"new"}}""", "/stringData/a")]
    [InlineData("""{"metadata":{"annotations":{"tool/copy":"old"}}}""", """{"metadata":{"annotations":{"tool/copy":"new"}}}""", "/metadata/annotations/tool~1copy")]
    [InlineData("""{"metadata":{}}""", """{"metadata":{"annotations":{"tool/copy":"new"}}}""", "/metadata/annotations/tool~1copy")]
    [InlineData("""{"oldField":"old"}""", """{"oldField":"new"}""", "/oldField")]
    public void Compare_Secret_ShowsNoValue(string live, string desired, string path)
    {
        var field = Assert.Single(PlannedFields.Compare(Secret(live), Secret(desired), "edgesync"));

        Assert.Equal((path, true, null, null), (field.Path, field.IsMasked, field.Live, field.Desired));
    }

    [Fact]
    public void Compare_LabelsAndTypeOfASecret_AreShown() => Assert.All(
        PlannedFields.Compare(Secret("""{"type":"Opaque","metadata":{"labels":{"a":"1"}}}"""), Secret("""{"type":"other","metadata":{"labels":{"a":"2"}}}"""), "edgesync"),
        field => Assert.False(field.IsMasked));

    [Fact]
    public void Compare_LastAppliedOfAnyKind_IsMasked()
    {
        const string Live = """{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"}}}""";

        Assert.True(Assert.Single(PlannedFields.Compare(Parse(Live), Parse(Live.Replace("{}", "{ }", StringComparison.Ordinal)), "edgesync")).IsMasked);
    }

    [Fact]
    public void Compare_FieldThatAnotherManagerWrote_NamesTheNewest()
    {
        var live = Parse("""
            {"kind":"Deployment","apiVersion":"apps/v1","spec":{"replicas":5,"template":{"spec":{"containers":[{"name":"web","image":"b"}]}}},"metadata":{"name":"a","managedFields":[
              {"manager":"edgesync","operation":"Apply","time":"2026-11-30T05:00:00Z","fieldsV1":{"f:spec":{"f:replicas":{}}}},
              {"manager":"scaler","operation":"Update","time":"2026-11-30T03:00:00Z","fieldsV1":{"f:spec":{"f:replicas":{}}}},
              {"manager":"kubectl-scale","operation":"Update","time":"2026-11-30T04:00:00Z","fieldsV1":{"f:spec":{"f:replicas":{}}}},
              {"manager":"kubectl-set","operation":"Update","time":"2026-11-30T02:00:00Z","fieldsV1":{"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"web\"}":{"f:image":{}}}}}}}}]}}
            """);
        var desired = Parse("""{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"a"},"spec":{"replicas":2,"template":{"spec":{"containers":[{"name":"web","image":"a"}]}}}}""");

        var owners = PlannedFields.Compare(live, desired, "edgesync").Select(field => (field.Path, field.Owner?.Manager, field.Owner?.At?.Hour));

        Assert.Equal([("/spec/replicas", "kubectl-scale", 4), ("/spec/template/spec/containers/0/image", "kubectl-set", 2)], owners);
    }

    [Theory]
    [InlineData("Secret ns/x: failed: expected string, got 123456789", "123456789")]
    [InlineData("Secret ns/x: the value aHVudGVyMg== is bad", "aHVudGVyMg==")]
    [InlineData("Secret ns/x: the value hunter2 is bad", "hunter2")]
    public void Clean_RefusalOfASecret_HasNoValue(string message, string value)
    {
        var item = Yaml.ReadOne("apiVersion: v1\nkind: Secret\nmetadata: {name: x, namespace: ns}\ndata: {a: aHVudGVyMg==, b: 123456789}\n");

        foreach (var reason in new[] { ApiReasons.ObjectInvalid, ApiReasons.AdmissionDenied })
        {
            var clean = SecretText.Clean(item, new KubernetesApiException(reason, message));

            Assert.DoesNotContain(value, clean.Message, StringComparison.Ordinal);
            Assert.Equal(reason, clean.Reason);
            Assert.Null(clean.InnerException);
        }
    }

    private static IEnumerable<string> Compare(string live, string desired) => PlannedFields.Compare(Parse(live), Parse(desired), "edgesync")
        .Select(field => $"{field.Edit} {field.Path}: {field.Live?.ToJsonString()} -> {field.Desired?.ToJsonString()}");

    private static JsonObject Secret(string json)
    {
        var secret = Parse(json);
        secret["apiVersion"] = "v1";
        secret["kind"] = "Secret";
        if (secret["metadata"] is not JsonObject metadata)
        {
            secret["metadata"] = metadata = [];
        }

        metadata["name"] = "a";
        return secret;
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
