using EdgeSync.Kubernetes.Apply;

namespace EdgeSync.Kubernetes.Tests.Apply;

public sealed class NativeFieldsTests
{
    [Theory]
    [InlineData("v1", "Secret", "data: {a: d3Jvbmc=}\nstringData: {a: one, b: \"\"}", """{"data":{"a":"b25l","b":""}}""")]
    [InlineData("v1", "Secret", "type: \"\"\nstringData: null", """{}""")]
    [InlineData("v1", "Secret", "data: {a: \"b25\\nl\\n\"}", """{"data":{"a":"b25l"}}""")]
    [InlineData("v1", "Secret", "stringData: [a]", """{"stringData":["a"]}""")]
    [InlineData("v1", "Service", "spec: {clusterIP: \"\", clusterIPs: [], ports: [{port: 80, nodePort: 0}]}", """{"spec":{"ports":[{"port":80,"protocol":"TCP"}]}}""")]
    [InlineData("v1", "Service", "spec: {clusterIP: None}", """{"spec":{"clusterIP":"None"}}""")]
    [InlineData("v1", "ResourceQuota", "spec: {hard: {pods: 10, limits.cpu: 0.5}}", """{"spec":{"hard":{"pods":"10","limits.cpu":"0.5"}}}""")]
    [InlineData("v1", "PersistentVolumeClaim", "spec: {volumeName: \"\", storageClassName: \"\"}", """{"spec":{"storageClassName":""}}""")]
    [InlineData("v1", "Pod", "spec: {serviceAccount: a, nodeName: \"\"}", """{"spec":{"serviceAccount":"a","serviceAccountName":"a"}}""")]
    [InlineData("rbac.authorization.k8s.io/v1", "ClusterRole", "aggregationRule: {}\nrules: []", """{"aggregationRule":{}}""")]
    [InlineData("rbac.authorization.k8s.io/v1", "ClusterRole", "rules: []", """{"rules":[]}""")]
    [InlineData("apps/v1", "Deployment", "spec: {strategy: {type: Recreate}}", """{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}""")]
    [InlineData("example.com/v1", "Secret", "stringData: {a: b}", """{"stringData":{"a":"b"}}""")]
    [InlineData("v1", "Service", "spec: many", """{"spec":"many"}""")]
    public void Complete_BuiltInKind_WritesWhatTheServerStores(string apiVersion, string kind, string yaml, string expected)
    {
        var item = Yaml.ReadOne($"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{name: a}}\n{yaml}\n");

        NativeFields.Complete(item);

        foreach (var member in new[] { "apiVersion", "kind", "metadata" })
        {
            item.Json.Remove(member);
        }

        Assert.Equal(expected, item.Json.ToJsonString());
    }
}
