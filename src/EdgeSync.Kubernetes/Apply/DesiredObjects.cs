using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>Makes of what a bundle holds what is sent: each object in its namespace, with the member's label, without what the server owns.</summary>
internal sealed class DesiredObjects(KubernetesClient client)
{
    private static readonly string[] ServerOwned = ["managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "selfLink"];

    /// <summary>The objects to send, and what is wrong with those that cannot be sent.</summary>
    public async Task<(IReadOnlyList<KubernetesObject> Objects, IReadOnlyList<ObjectChange> Failures)> PrepareAsync(
        ApplyRequest request, CancellationToken cancellationToken)
    {
        var defined = DefinedKinds.Of(request.Objects);
        var id = ApplySet.IdOf(request.ApplySetName, request.ParentNamespace);
        var objects = new List<KubernetesObject>();
        var failures = new List<ObjectChange>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in request.Objects)
        {
            var served = await client.FindTypeAsync(item.ApiVersion, item.Kind, cancellationToken);
            if ((served?.IsNamespaced ?? defined.IsNamespaced(item.Id)) is not { } isNamespaced)
            {
                failures.Add(new ObjectChange(item.Id, ChangeAction.Failed, ApiFailures.UnknownKind(item.Id)));
                continue;
            }

            var placed = item.WithNamespace(isNamespaced ? item.Namespace ?? request.DefaultNamespace : null);
            if (!seen.Add(placed.Id.Key))
            {
                failures.Add(new ObjectChange(placed.Id, ChangeAction.Failed, Duplicate(placed)));
                continue;
            }

            if (FieldRules.FindProblems(placed).Select(problem => $"the annotation {problem.Annotation} is refused: {problem.Problem}").FirstOrDefault() is { } problem)
            {
                failures.Add(new ObjectChange(placed.Id, ChangeAction.Failed, Invalid(placed, problem, "Correct the annotation in the bundle.")));
                continue;
            }

            objects.Add(Clean(placed, id, FieldRules.Of(placed, request.Options)));
        }

        return (objects, failures);
    }

    /// <summary>
    /// The objects to send. Throws <see cref="KubernetesApiException"/> where one cannot be sent: without a place, it would look unwanted to a prune.
    /// </summary>
    public async Task<IReadOnlyList<KubernetesObject>> PrepareAllAsync(ApplyRequest request, CancellationToken cancellationToken)
    {
        var (objects, failures) = await PrepareAsync(request, cancellationToken);
        return failures.Count == 0 ? objects : throw failures[0].Failure!;
    }

    /// <summary>The hooks as they are named in the cluster. A Job has a namespace and is served everywhere.</summary>
    public static IReadOnlyList<Hook> PrepareHooks(ApplyRequest request)
    {
        var id = ApplySet.IdOf(request.ApplySetName, request.ParentNamespace);
        return [.. request.Hooks.Select(hook => hook with { Job = Clean(hook.Job.WithNamespace(hook.Job.Namespace ?? request.DefaultNamespace), id, FieldRules.Of(hook.Job, request.Options)) })];
    }

    private static KubernetesObject Clean(KubernetesObject item, string applySetId, FieldRules fields)
    {
        var json = (JsonObject)item.Json.DeepClone();
        json.Remove("status");
        var metadata = json["metadata"]!.AsObject();
        foreach (var member in ServerOwned)
        {
            metadata.Remove(member);
        }

        if (metadata["labels"] is not JsonObject labels)
        {
            metadata["labels"] = labels = [];
        }

        labels[ApplySet.PartOfLabel] = applySetId;
        var clean = new KubernetesObject(json, item.Source) { Fields = fields };
        NativeFields.Complete(clean);
        return clean;
    }

    private static KubernetesApiException Duplicate(KubernetesObject item) => Invalid(
        item, $"the object appears twice in the desired state{(item.Source is { } source ? $" (again at {source})" : "")}", "Take one of the two out of the bundle.");

    private static KubernetesApiException Invalid(KubernetesObject item, string problem, string hint) => new(ApiReasons.ObjectInvalid, $"{item.Id}: {problem}")
    {
        Subject = item.Id.ToString(),
        Disposition = Disposition.Stalled,
        Hint = hint,
    };
}
