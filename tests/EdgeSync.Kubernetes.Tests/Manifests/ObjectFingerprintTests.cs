using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives;

namespace EdgeSync.Kubernetes.Tests.Manifests;

public sealed class ObjectFingerprintTests
{
    private const string A = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: '1', w: '2'}\nn: 1e3\n";

    [Theory]
    [InlineData(A)]
    [InlineData("# other layout\nn: 1000\nkind: ConfigMap\ndata: {\"w\": '2', x: \"1\"}\napiVersion: v1\nmetadata:\n  name: a\n")]
    public void Of_TheSameWrittenOtherwise_IsEqual(string yaml) => Assert.Equal(Of(A), Of(yaml));

    [Theory]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: '1', w: '3'}\nn: 1e3\n")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: '1', w: '2'}\nn: \"1000\"\n")]
    [InlineData(A + "o: null\n")]
    public void Of_SomethingElse_Differs(string yaml) => Assert.NotEqual(Of(A), Of(yaml));

    private static Digest Of(string yaml) => ObjectFingerprint.Of(Yaml.ReadOne(yaml).Json);
}
