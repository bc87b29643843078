using System.Text;
using EdgeSync.Bundles.Linting;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Tests.Linting;

public sealed class CustomResourceCheckTests
{
    private const string Definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: lamps.example.com}
        spec:
          group: example.com
          scope: Namespaced
          names: {plural: lamps, singular: lamp, kind: Lamp}
          versions:
          - name: v1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, required: [size], properties: {size: {type: integer, maximum: 10}}}}}}
        """;

    [Theory]
    [InlineData("example.com/v1", "{size: 3}")]
    [InlineData("example.com/v1", "{size: 30}", "spec.size must be at most 10, and is 30")]
    [InlineData("example.com/v1", "{size: large}", "spec.size must be a whole number, and is the text \"large\"")]
    [InlineData("example.com/v1", "{}", "spec.size is missing, and the bundle's definition requires it")]
    [InlineData("example.com/v1", "{size: 3, unknown: 1}")]
    [InlineData("example.com/v2", "{size: 3}", "the bundle's definition of Lamp has no version 'v2'; it has v1")]
    [InlineData("other.example.com/v1", "{}")]
    public void FindErrors_OfAResource_AreWhatAServerWouldRefuse(string apiVersion, string spec, params string[] errors)
    {
        var item = Read($"apiVersion: {apiVersion}\nkind: Lamp\nmetadata: {{name: a}}\nspec: {spec}\n");

        Assert.Equal(errors, new CustomResourceCheck([Read(Definition), item]).FindErrors(item));
    }

    private static KubernetesObject Read(string yaml) => ManifestReader.Read(Encoding.UTF8.GetBytes(yaml), "test.yaml").Single();
}
