using System.Text;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Yaml;

namespace EdgeSync.Kubernetes.Tests.Manifests;

public sealed class ImageReferencesTests
{
    [Theory]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{image: x}], initContainers: [{image: w}], ephemeralContainers: [{image: z}]}", "x w z")]
    [InlineData("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: n, image: x}, {image: w}]}}}", "x w")]
    [InlineData("apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{image: x}]}}}}}", "x")]
    [InlineData("apiVersion: v1\nkind: PodTemplate\nmetadata: {name: a}\ntemplate: {spec: {containers: [{image: x}]}}", "x")]
    [InlineData("apiVersion: argoproj.io/v1\nkind: Rollout\nmetadata: {name: a}\nspec: {canary: {pod: {spec: {containers: [{image: x}]}}}}", "x")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: m, image: {reference: x}}, {name: e, emptyDir: {}}]}", "x")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {containers: \"image: x\"}", "")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: n}, {image: 5}, hello]}", "")]
    public void Find_Object_GivesItsImages(string yaml, string expected)
    {
        var uses = ImageReferences.Find(ManifestReader.Read(Encoding.UTF8.GetBytes(yaml), "a.yaml")[0]);

        Assert.Equal(expected, string.Join(' ', uses.Select(use => use.Image)));
        Assert.All(uses, use => Assert.Equal(4, use.Position!.Value.Line));
    }

    [Fact]
    public void Find_Image_SaysWhereItStands()
    {
        var yaml = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: n\n    image: x\n";

        var use = Assert.Single(ImageReferences.Find(ManifestReader.Read(Encoding.UTF8.GetBytes(yaml), "a.yaml")[0]));

        Assert.Equal(new ImageUse("x", "/spec/containers/0/image", new TextPosition(7, 12)), use);
    }
}
