using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// Takes objects over from other tools. As long as <c>managedFields</c> names <c>kubectl</c>, Helm or Flux as the owner of a field, an apply without that field
/// does not remove it. Adoption makes EdgeSync the owner, so that the next apply removes what the bundle does not contain. Values are not
/// changed (Kubernetes documentation, "Server-Side Apply", migration from client-side apply).
/// </summary>
public sealed class Adoption(KubernetesClient client)
{
    private static readonly string[] Exact = ["before-first-apply", "helm", "Helm", "kustomize-controller", "helm-controller", "flux", "argocd-controller", "argocd-application-controller", "fleetagent", "kapp"];

    private readonly DesiredObjects _desired = new(client);

    /// <summary>Whether the manager is a tool by which people deploy: kubectl, Helm, Flux, Argo CD, Fleet or kapp. Controllers of the cluster are none.</summary>
    public static bool IsDeploymentTool(string manager) => Exact.Contains(manager) || manager.StartsWith("kubectl", StringComparison.Ordinal);

    /// <summary>
    /// Adopts the request's objects that exist, each by one patch of its metadata, from the managers that <paramref name="isAdopted"/> names. The result has those
    /// objects of which something is to be adopted. Throws <see cref="KubernetesApiException"/> where the cluster does not answer; what it refuses is in the result.
    /// </summary>
    public async Task<IReadOnlyList<AdoptedObject>> RunAsync(
        ApplyRequest request, Func<string, bool> isAdopted, bool dryRun, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (objects, failures) = await _desired.PrepareAsync(request, cancellationToken);
        var found = new AdoptedObject?[objects.Count];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = request.Options.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, objects.Count, limits, async (i, token) => found[i] = await AdoptAsync(objects[i], isAdopted, dryRun, token));
        return
        [
            .. failures.Select(failure => new AdoptedObject(failure.Id, []) { Failure = failure.Failure as KubernetesApiException }),
            .. found.OfType<AdoptedObject>().OrderBy(item => item.Id),
        ];
    }

    private async Task<AdoptedObject?> AdoptAsync(KubernetesObject item, Func<string, bool> isAdopted, bool dryRun, CancellationToken cancellationToken)
    {
        if (await client.GetAsync(item.Id, cancellationToken) is not { } live)
        {
            return null;
        }

        var entries = live.Objects("metadata", "managedFields").ToList();
        var adopted = entries.Where(entry => entry.Text("subresource") is null && entry.Text("manager") is { } manager && manager != client.FieldManager && isAdopted(manager)).ToList();
        if (adopted.Count == 0)
        {
            return null;
        }

        var result = new AdoptedObject(item.Id, [.. adopted.Select(entry => entry.Text("manager")!).Distinct(StringComparer.Ordinal)]) { Notice = FindTool(live) };
        if (adopted.Find(entry => entry.Text("apiVersion") != item.ApiVersion) is { } other)
        {
            return result with { Failure = OfAnotherVersion(item, other) };
        }

        var own = OwnedFields.EntryOf(live, client.FieldManager);
        var fields = adopted.Append(own).Select(entry => entry?["fieldsV1"] as JsonObject).Aggregate(new JsonObject(), Union);
        result = result with { Surplus = [.. FindSurplus(IgnoredFields.Without(fields, item.Fields) ?? [], live, item.Json, "")] };
        try
        {
            var mine = new JsonObject
            {
                ["manager"] = client.FieldManager,
                ["operation"] = "Apply",
                ["apiVersion"] = item.ApiVersion,
                ["time"] = (own ?? adopted[0])["time"]?.DeepClone(),
                ["fieldsType"] = "FieldsV1",
                ["fieldsV1"] = fields,
            };
            JsonNode[] rest = [.. entries.Where(entry => entry != own && !adopted.Contains(entry)).Select(entry => entry.DeepClone()), mine];
            await client.PatchAsync(
                item.Id,
                new JsonArray(
                    new JsonObject { ["op"] = "test", ["path"] = "/metadata/resourceVersion", ["value"] = live.Text("metadata", "resourceVersion") },
                    new JsonObject { ["op"] = "replace", ["path"] = "/metadata/managedFields", ["value"] = new JsonArray(rest) }),
                dryRun,
                cancellationToken);
            return result;
        }
        catch (KubernetesApiException failure) when (!ApiReasons.IsOfTheControlPlane(failure.Reason))
        {
            return result with { Failure = failure };
        }
    }

    private static JsonObject Union(JsonObject left, JsonObject? right)
    {
        foreach (var (key, value) in right ?? [])
        {
            if (left[key] is JsonObject there && value is JsonObject more)
            {
                Union(there, more);
            }
            else if (!left.ContainsKey(key))
            {
                left[key] = value?.DeepClone();
            }
        }

        return left;
    }

    private static IEnumerable<string> FindSurplus(JsonObject fields, JsonNode? live, JsonNode? desired, string path)
    {
        foreach (var (key, value) in fields.Where(member => member.Key != "."))
        {
            if (OwnedFields.Follow(live, key) is not { } there)
            {
                continue;
            }

            var at = $"{path}/{PositionMap.Escape(key.StartsWith("f:", StringComparison.Ordinal) ? key[2..] : key)}";
            if (OwnedFields.Follow(desired, key) is not { } stated)
            {
                yield return at;
            }
            else if (value is JsonObject { Count: > 0 } below)
            {
                foreach (var surplus in FindSurplus(below, there, stated, at))
                {
                    yield return surplus;
                }
            }
        }
    }

    // A tool that goes on applying takes the fields back.
    private static string? FindTool(JsonObject live)
    {
        var labels = live.At("metadata", "labels");
        var annotations = live.At("metadata", "annotations");
        return labels.Text("kustomize.toolkit.fluxcd.io/name") is { } kustomization
            ? $"the Flux Kustomization {labels.Text("kustomize.toolkit.fluxcd.io/namespace")}/{kustomization} still applies it; suspend it, and delete it with 'prune: false'"
            : labels.Text("helm.toolkit.fluxcd.io/name") is { } release
            ? $"the Flux HelmRelease {labels.Text("helm.toolkit.fluxcd.io/namespace")}/{release} still applies it; suspend it first"
            : annotations.Text("meta.helm.sh/release-name") is { } helm
            ? $"it belongs to the Helm release {annotations.Text("meta.helm.sh/release-namespace")}/{helm}; 'helm uninstall' would delete it: delete the release's Secrets (sh.helm.release.v1.{helm}.*) instead"
            : annotations.Text("argocd.argoproj.io/tracking-id") is { } application
            ? $"Argo CD tracks it ({application}); delete the Application without cascade first"
            : null;
    }

    private static KubernetesApiException OfAnotherVersion(KubernetesObject item, JsonObject entry) => new(
        ApiReasons.ObjectConflict, $"{item.Id}: {entry.Text("manager")} wrote it as {entry.Text("apiVersion")}, and the bundle has {item.ApiVersion}")
    {
        Subject = item.Id.ToString(),
        Disposition = Primitives.Failures.Disposition.Stalled,
        Hint = "Apply it once more with that tool in the bundle's version, then adopt it.",
    };
}

/// <summary>An object of which fields are adopted.</summary>
/// <param name="Id">The object.</param>
/// <param name="Managers">From whom.</param>
public sealed record AdoptedObject(ObjectId Id, IReadOnlyList<string> Managers)
{
    /// <summary>The JSON pointers of the fields that the bundle does not state, so that the next apply takes them out unless somebody else owns them too.</summary>
    public IReadOnlyList<string> Surplus { get; init; } = [];

    /// <summary>Which tool still looks after the object, and what to do about it; or null.</summary>
    public string? Notice { get; init; }

    /// <summary>Why it could not be adopted; null where it was, or would be.</summary>
    public KubernetesApiException? Failure { get; init; }
}
