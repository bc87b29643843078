using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Tests.Apply;

/// <summary>Objects before and after a change that Kubernetes refuses.</summary>
internal static class ImmutablePairs
{
    private const string Pod = "{metadata: {labels: {app: LABEL}}, spec: {containers: [{name: a, image: 'registry.example.com/shop/a:1'}]}}";

    private static readonly (string Name, string Yaml, string Before, string After)[] Pairs =
    [
        ("Deployment", $"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{replicas: 0, selector: {{matchLabels: {{app: LABEL}}}}, template: {Pod}}}\n".Replace("LABEL", "@", StringComparison.Ordinal), "web", "shop"),
        ("Service", "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: @, ports: [{port: 80}]}\n", "None", "10.43.77.77"),
        ("StatefulSet", $"apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec: {{replicas: 0, serviceName: @, selector: {{matchLabels: {{app: a}}}}, template: {Pod}}}\n".Replace("LABEL", "a", StringComparison.Ordinal), "one", "two"),
        ("StatefulSet with volumes", $"apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: disk}}\nspec: {{replicas: 0, serviceName: @, selector: {{matchLabels: {{app: a}}}}, template: {Pod}, volumeClaimTemplates: [{{metadata: {{name: d}}, spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Mi}}}}}}}}]}}\n".Replace("LABEL", "a", StringComparison.Ordinal), "one", "two"),
        ("ConfigMap", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: motto}\nimmutable: true\ndata: {say: '@'}\n", "1", "2"),
        ("Secret", "apiVersion: v1\nkind: Secret\nmetadata: {name: motto}\nimmutable: true\nstringData: {say: '@'}\n", "1", "2"),
        ("RoleBinding", "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: crew}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: @}\nsubjects: [{kind: ServiceAccount, name: a, namespace: default}]\n", "view", "edit"),
        ("PersistentVolumeClaim", "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], storageClassName: @, resources: {requests: {storage: 1Mi}}}\n", "one", "two"),
    ];

    public static IEnumerable<(string Name, Func<KubernetesObject> Before, Func<bool, KubernetesObject> After)> All =>
        Pairs.Select(pair => (pair.Name, Before(pair), After(pair))).Append(("Job", () => Job("a:1", ""), recreate => Allow(Job("a:2", ""), recreate)));

    public static ImmutablePair Find(string name)
    {
        var (_, before, after) = All.Single(pair => pair.Name == name);
        return new ImmutablePair(before, after);
    }

    public static KubernetesObject Job(string image, string more) => Yaml.ReadOne(
        $"apiVersion: batch/v1\nkind: Job\nmetadata: {{name: migrate}}\nspec: {{{more} template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: 'registry.example.com/shop/{image}'}}]}}}}}}\n");

    private static Func<KubernetesObject> Before((string Name, string Yaml, string Before, string After) pair) =>
        () => Yaml.ReadOne(pair.Yaml.Replace("@", pair.Before, StringComparison.Ordinal));

    private static Func<bool, KubernetesObject> After((string Name, string Yaml, string Before, string After) pair) =>
        recreate => Allow(Yaml.ReadOne(pair.Yaml.Replace("@", pair.After, StringComparison.Ordinal)), recreate);

    private static KubernetesObject Allow(KubernetesObject item, bool recreate)
    {
        if (recreate)
        {
            item.Json["metadata"]!["annotations"] = new JsonObject { ["edgesync.dev/recreate"] = "allowed" };
        }

        return item;
    }

    internal sealed record ImmutablePair(Func<KubernetesObject> Before, Func<bool, KubernetesObject> Make)
    {
        public KubernetesObject After(bool recreate = false) => Make(recreate);
    }
}
