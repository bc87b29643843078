using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// Decides which objects the API server must try by dry run. Not those that are known to be live as they should be, and not those that are new and valid by
/// the request's own check: of these, one of each kind in a namespace is tried, which shows a missing right, a full quota and a webhook that is down.
/// </summary>
internal sealed class TrialFilter(KubernetesClient client, ApplyRequest request, LiveSnapshot snapshot, KnownObjects known)
{
    // A list costs a request as well.
    private const int FewObjects = 2;

    /// <summary>Whether the request's own check leaves open whether the object is valid.</summary>
    public bool IsDoubtful(KubernetesObject item) => request.IsValid?.Invoke(item) == false;

    /// <summary>Sorts objects of one stage; <paramref name="isNewNamespace"/> names namespaces that come with the same set.</summary>
    public async Task<Selection> RunAsync(IEnumerable<KubernetesObject> objects, Func<string, bool> isNewNamespace, CancellationToken cancellationToken)
    {
        var selection = new Selection();
        foreach (var kind in objects.GroupBy(item => (item.ApiVersion, item.Kind, item.Namespace)))
        {
            var missing = new List<KubernetesObject>();
            foreach (var item in kind)
            {
                switch (snapshot.Find(item.Id))
                {
                    case { } live when known.IsAsApplied(item, live):
                        selection.Unchanged.Add((item, live));
                        break;
                    case { }:
                        selection.ToTry.Add(item);
                        break;
                    default:
                        missing.Add(item);
                        break;
                }
            }

            await SortMissingAsync(missing, kind.Key.Namespace is { } place && isNewNamespace(place), selection, cancellationToken);
        }

        return selection;
    }

    private async Task SortMissingAsync(List<KubernetesObject> missing, bool isNewNamespace, Selection selection, CancellationToken cancellationToken)
    {
        if (request.IsValid is not { } isValid || (missing.Count <= FewObjects && !isNewNamespace) || missing.Count == 0)
        {
            selection.ToTry.AddRange(missing);
            return;
        }

        // An object that is no member may exist all the same; somebody else made it.
        var existing = isNewNamespace ? [] : await ListNamesAsync(missing[0].Id, cancellationToken);
        var absent = existing is null ? [] : missing.Where(item => !existing.Contains(item.Name) && isValid(item)).ToList();
        selection.ToTry.AddRange(missing.Except(absent).Concat(absent.Take(1)));
        if (!isNewNamespace)
        {
            selection.Absent.AddRange(absent.Skip(1));
        }
    }

    private async Task<HashSet<string>?> ListNamesAsync(ObjectId one, CancellationToken cancellationToken)
    {
        try
        {
            return await client.FindTypeAsync(one.ApiVersion, one.Kind, cancellationToken) is { } type
                ? [.. (await client.ReadListAsync(type, new ListSelection { Namespace = one.Namespace, MetadataOnly = true }, live => live.Text("metadata", "name") ?? "", cancellationToken)).Items]
                : null;
        }
        catch (KubernetesApiException failure) when (failure.Disposition == Disposition.Stalled)
        {
            return null;
        }
    }

    /// <summary>The objects by what is to be done with them. Those of a new namespace that need no trial are in none of the lists.</summary>
    public sealed class Selection
    {
        /// <summary>Those to try by dry run.</summary>
        public List<KubernetesObject> ToTry { get; } = [];

        /// <summary>Those that an apply would not change, with what is live.</summary>
        public List<(KubernetesObject Item, SetMember Live)> Unchanged { get; } = [];

        /// <summary>Those that do not exist and are valid.</summary>
        public List<KubernetesObject> Absent { get; } = [];
    }
}
