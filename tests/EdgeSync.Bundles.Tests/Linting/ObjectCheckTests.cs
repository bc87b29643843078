using System.Text;
using EdgeSync.Bundles.Linting;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Tests.Linting;

/// <summary>Which objects are certainly valid. Each that is not is one that an API server may refuse.</summary>
public sealed class ObjectCheckTests
{
    private const string Deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {SPEC}}}\n";

    [Theory]
    [InlineData("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n", true)]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n", true)]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: A}\ndata: {a: b}\n", false)]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: 1}\n", false)]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nwords: {a: b}\n", false)]
    [InlineData("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {a: b}\n", true)]
    [InlineData("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: kubernetes.io/tls\nstringData: {a: b}\n", false)]
    [InlineData("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {app: a}, ports: [{port: 80}]}\n", true)]
    [InlineData("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {app: a}, ports: [{port: 70000}]}\n", false)]
    [InlineData("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {clusterIP: 10.1.2.3, ports: [{port: 80}]}\n", false)]
    [InlineData("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: NodePort, ports: [{port: 80}]}\n", false)]
    [InlineData("apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules: [{apiGroups: [\"\"], resources: [pods], verbs: [get]}]\n", true)]
    [InlineData("apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: 1, selector: {matchLabels: {app: a}}}\n", false)]
    [InlineData("apiVersion: example.com/v1\nkind: Lamp\nmetadata: {name: a}\n", false)]
    public void IsValid_OfAnObject_IsCertain(string yaml, bool expected)
    {
        var item = Read(yaml);

        Assert.Equal(expected, new ObjectCheck([item]).IsValid(item));
    }

    [Theory]
    [InlineData("containers: [{name: a, image: a}]", true)]
    [InlineData("containers: [{name: a, image: a, resources: {requests: {memory: 64Mi, cpu: 100m}, limits: {memory: 0.5Gi}}}]", true)]
    [InlineData("containers: [{name: a, image: a, resources: {requests: {memory: 1Gi}, limits: {memory: 512Mi}}}]", false)]
    [InlineData("containers: [{name: a, image: a, volumeMounts: [{name: missing, mountPath: /a}]}]", false)]
    [InlineData("containers: [{name: a, image: a}], topologySpreadConstraints: [{maxSkew: 0}]", false)]
    [InlineData("containers: [{name: a, image: a}], restartPolicy: Never", false)]
    public void IsValid_OfAWorkload_IsCertain(string spec, bool expected)
    {
        var item = Read(Deployment.Replace("SPEC", spec, StringComparison.Ordinal));

        Assert.Equal(expected, new ObjectCheck([item]).IsValid(item));
    }

    [Fact]
    public void IsValid_WorkloadThatDoesNotSelectItsPods_IsNot()
    {
        var item = Read(Deployment.Replace("SPEC", "containers: [{name: a, image: a}]", StringComparison.Ordinal).Replace("labels: {app: a}", "labels: {app: b}", StringComparison.Ordinal));

        Assert.False(new ObjectCheck([item]).IsValid(item));
    }

    [Theory]
    [InlineData("{size: 3}", "", true)]
    [InlineData("{size: 30}", "", false)]
    [InlineData("{size: 3}", ", x-kubernetes-validations: [{rule: self.size < 2}]", false)]
    public void IsValid_OfACustomResource_FollowsItsDefinition(string spec, string rules, bool expected)
    {
        var definition = Read("""
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
                schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer, maximum: 10}}RULES}}}}
            """.Replace("RULES", rules, StringComparison.Ordinal));
        var item = Read($"apiVersion: example.com/v1\nkind: Lamp\nmetadata: {{name: a}}\nspec: {spec}\n");

        Assert.Equal(expected, new ObjectCheck([definition, item]).IsValid(item));
    }

    private static KubernetesObject Read(string yaml) => ManifestReader.Read(Encoding.UTF8.GetBytes(yaml), "test.yaml").Single();
}
