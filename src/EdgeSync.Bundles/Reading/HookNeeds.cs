using System.Text.Json.Nodes;
using EdgeSync.Bundles.Linting;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Reading;

/// <summary>
/// Finds what Jobs need before they can run: their namespace, what their pods name (ConfigMaps, Secrets, claims, the service account and its rights), and what
/// that needs in turn. Services and workloads are never among it.
/// </summary>
internal sealed class HookNeeds
{
    private const string Rbac = "rbac.authorization.k8s.io";
    private readonly IReadOnlyList<KubernetesObject> _objects;
    private readonly string _defaultNamespace;
    private readonly HashSet<KubernetesObject> _found = new(ReferenceEqualityComparer.Instance);

    private HookNeeds(IReadOnlyList<KubernetesObject> objects, string defaultNamespace)
    {
        _objects = objects;
        _defaultNamespace = defaultNamespace;
    }

    /// <summary>The objects that the hooks need, in the order of <paramref name="objects"/>.</summary>
    public static IReadOnlyList<KubernetesObject> Find(IEnumerable<Hook> hooks, IReadOnlyList<KubernetesObject> objects, string defaultNamespace)
    {
        var needs = new HookNeeds(objects, defaultNamespace);
        foreach (var hook in hooks)
        {
            needs.AddOf(hook.Job);
        }

        return [.. objects.Where(needs._found.Contains)];
    }

    private void AddOf(KubernetesObject item)
    {
        Add("Namespace", item.Namespace);
        switch (item.Id.GroupKind)
        {
            case "Job.batch" when PodSpecs.Find(item) is { } pod:
                AddOf(item, pod.Spec, pod.Pointer);
                break;
            case "ServiceAccount":
                AddAll(_objects.Where(binding => Binds(binding, item)));
                foreach (var secret in item.Json.Objects("imagePullSecrets").Concat(item.Json.Objects("secrets")))
                {
                    Add("Secret", secret.Text("name"), item);
                }

                break;
            case $"RoleBinding.{Rbac}" or $"ClusterRoleBinding.{Rbac}":
                var kind = item.Json.Text("roleRef", "kind");
                Add($"{kind}.{Rbac}", item.Json.Text("roleRef", "name"), kind == "Role" ? item : null);
                break;
            case "PersistentVolumeClaim":
                Add("StorageClass.storage.k8s.io", item.Json.Text("spec", "storageClassName"));
                Add("PersistentVolume", item.Json.Text("spec", "volumeName"));
                break;
        }
    }

    private void AddOf(KubernetesObject job, JsonObject pod, string pointer)
    {
        Add("Namespace", PlaceOf(job));
        foreach (var reference in PodSpecs.References(pod, pointer))
        {
            Add(reference.Kind, reference.Name, job);
        }

        foreach (var secret in pod.Objects("imagePullSecrets"))
        {
            Add("Secret", secret.Text("name"), job);
        }

        Add("PriorityClass.scheduling.k8s.io", pod.Text("priorityClassName"));
        Add("RuntimeClass.node.k8s.io", pod.Text("runtimeClassName"));
    }

    private bool Binds(KubernetesObject binding, KubernetesObject account) =>
        binding.Id.GroupKind is $"RoleBinding.{Rbac}" or $"ClusterRoleBinding.{Rbac}"
        && binding.Json.Objects("subjects").Any(subject => subject.Text("kind") == "ServiceAccount" && subject.Text("name") == account.Name
            && (subject.Text("namespace") ?? PlaceOf(binding)) == PlaceOf(account));

    // An object of this kind and name, in the namespace of the one that needs it; null where the kind has no namespaces.
    private void Add(string groupKind, string? name, KubernetesObject? user = null)
    {
        if (name is not null)
        {
            AddAll(_objects.Where(item => item.Id.GroupKind == groupKind && item.Name == name && (user is null || PlaceOf(item) == PlaceOf(user))));
        }
    }

    private string PlaceOf(KubernetesObject item) => item.Namespace ?? _defaultNamespace;

    private void AddAll(IEnumerable<KubernetesObject> items)
    {
        foreach (var item in items.Where(_found.Add))
        {
            AddOf(item);
        }
    }
}
