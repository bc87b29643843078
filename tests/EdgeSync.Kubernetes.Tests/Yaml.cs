using System.Text;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Tests;

internal static class Yaml
{
    public static IReadOnlyList<KubernetesObject> Read(string yaml) => ManifestReader.Read(Encoding.UTF8.GetBytes(yaml), "test.yaml");

    public static KubernetesObject ReadOne(string yaml) => Read(yaml).Single();

    public static KubernetesObject ConfigMap(string @namespace, string name, string value) =>
        ReadOne($"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: {@namespace}}}\ndata: {{say: \"{value}\"}}\n");

    public static KubernetesObject Namespace(string name) => ReadOne($"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n");

    public static string Definition(string plural, string kind, string group, string field = "size") => $$"""
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata:
          name: {{plural}}.{{group}}
        spec:
          group: {{group}}
          scope: Namespaced
          names: {plural: {{plural}}, singular: {{kind.ToLowerInvariant()}}, kind: {{kind}}}
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    properties:
                      {{field}}: {type: integer}
        """;
}
