using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>The ApplySet's parent object: which kinds and namespaces its members are in. It is the agent's, also where a tenant's account writes the members.</summary>
internal sealed class Inventory(KubernetesClient client)
{
    /// <summary>
    /// Writes the parent before anything is applied, with the old kinds and namespaces and the new ones, so that nothing that is ever
    /// applied can be out of prune's sight. <paramref name="parent"/> is the parent as it was read.
    /// </summary>
    public async Task<JsonObject> WidenAsync(
        ApplyRequest request, JsonObject? parent, IReadOnlyList<KubernetesObject> objects, FinishedJobs jobs, CancellationToken cancellationToken)
    {
        objects = WithHooks(objects, DesiredObjects.PrepareHooks(request));
        if (parent is null)
        {
            await EnsureNamespaceAsync(request.ParentNamespace, cancellationToken);
        }

        return await WriteAsync(
            request,
            parent,
            ApplySet.Split(parent, ApplySet.GroupKindsAnnotation).Concat(objects.Select(item => item.Id.GroupKind)),
            ApplySet.Split(parent, ApplySet.NamespacesAnnotation).Concat(Namespaces(objects)),
            jobs.Entries(wantedOnly: false),
            cancellationToken);
    }

    /// <summary>
    /// Writes the parent with the kinds and namespaces of the desired objects and of those that <paramref name="stays"/> names; called when all others are gone.
    /// </summary>
    public async Task NarrowAsync(
        ApplyRequest request, IReadOnlyList<KubernetesObject> objects, IReadOnlyList<ObjectId> stays, CancellationToken cancellationToken)
    {
        var parent = await ReadAsync(request, cancellationToken);
        var hooks = DesiredObjects.PrepareHooks(request);
        var jobs = new FinishedJobs(parent, request, objects, hooks);
        objects = WithHooks(objects, hooks);
        await WriteAsync(
            request,
            parent,
            objects.Select(item => item.Id.GroupKind).Concat(stays.Select(id => id.GroupKind)),
            Namespaces(objects).Concat(stays.Select(id => id.Namespace).OfType<string>()),
            jobs.Entries(wantedOnly: true),
            cancellationToken);
    }

    /// <summary>The parent, or null. Throws if another tool owns an object of that name.</summary>
    public async Task<JsonObject?> ReadAsync(ApplyRequest request, CancellationToken cancellationToken)
    {
        var id = ApplySet.ParentOf(request);
        var parent = await client.GetAsync(id, cancellationToken);
        var tooling = parent.Text("metadata", "annotations", ApplySet.ToolingAnnotation) ?? "";
        return parent is null || tooling.Split('/')[0] == ApplySet.ToolingName
            ? parent
            : throw new KubernetesApiException(ApiReasons.ObjectConflict, $"{id}: the inventory belongs to '{tooling}', not to EdgeSync")
            {
                Subject = id.ToString(),
                Disposition = Disposition.Stalled,
                Hint = "Delete that ConfigMap, or give the site's inventory another name.",
            };
    }

    private static IReadOnlyList<KubernetesObject> WithHooks(IReadOnlyList<KubernetesObject> objects, IEnumerable<Hook> hooks) =>
        [.. objects, .. hooks.Select(hook => hook.Job)];

    private static IEnumerable<string> Namespaces(IEnumerable<KubernetesObject> objects) => objects.Select(item => item.Namespace).OfType<string>();

    private async Task<JsonObject> WriteAsync(
        ApplyRequest request,
        JsonObject? parent,
        IEnumerable<string> groupKinds,
        IEnumerable<string> namespaces,
        IReadOnlyDictionary<string, string> entries,
        CancellationToken cancellationToken)
    {
        var wanted = ApplySet.CreateParent(request, groupKinds, namespaces, entries);
        return parent is not null && Says(parent, wanted.Json)
            ? parent
            : (await client.ApplyAsync(wanted, new ApplyMode { Force = true, IsOwn = true }, cancellationToken)).Live;
    }

    private static bool Says(JsonObject parent, JsonObject wanted) =>
        UncertainWrite.IsApplied(wanted, parent) && (parent["data"] as JsonObject ?? []).Count == (wanted["data"] as JsonObject ?? []).Count;

    private async Task EnsureNamespaceAsync(string name, CancellationToken cancellationToken)
    {
        var id = new ObjectId("v1", "Namespace", null, name);
        if (await client.GetAsync(id, cancellationToken) is null)
        {
            var json = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } };
            await client.ApplyAsync(new KubernetesObject(json), new ApplyMode { IsOwn = true }, cancellationToken);
        }
    }
}
