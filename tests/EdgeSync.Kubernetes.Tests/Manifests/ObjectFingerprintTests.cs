using System.Text;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives;

namespace EdgeSync.Kubernetes.Tests.Manifests;

public sealed class ObjectFingerprintTests
{
    private const string A = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: '1', w: '2'}\n";
    private const string B = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\nn: 1e3\n";

    [Theory]
    [InlineData(A + "---\n" + B)]
    [InlineData(B + "---\n" + A)]
    [InlineData("# other layout\nkind: ConfigMap\ndata: {\"w\": '2', x: \"1\"}\napiVersion: v1\nmetadata:\n  name: a\n---\n" + B)]
    [InlineData(A + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\nn: 1000\n")]
    public void Of_EqualSets_IsEqual(string yaml) => Assert.Equal(Of(A + "---\n" + B), Of(yaml));

    [Theory]
    [InlineData(A)]
    [InlineData(B)]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: '1', w: '3'}\n---\n" + B)]
    [InlineData(A + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\nn: \"1000\"\n")]
    [InlineData(A + "---\n" + B + "o: null\n")]
    public void Of_OtherSets_Differs(string yaml) => Assert.NotEqual(Of(A + "---\n" + B), Of(yaml));

    private static Digest Of(string yaml) => ObjectFingerprint.Of(ManifestReader.Read(Encoding.UTF8.GetBytes(yaml), "a.yaml"));
}
