using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// Tries every object by dry run before any is written, so that one refused object leaves the cluster unchanged. Objects that cannot be tried
/// yet, because their namespace or CRD comes with the same set, are left for the real apply.
/// </summary>
/// <param name="client">The cluster.</param>
/// <param name="options">How the objects are to be applied.</param>
/// <param name="filter">Which objects need no trial; by default, all are tried.</param>
/// <param name="known">Where to note what an apply would not change.</param>
internal sealed class DryRun(KubernetesClient client, ApplyOptions options, TrialFilter? filter = null, KnownObjects? known = null)
{
    private readonly ObjectApplier _applier = new(client);
    private readonly ConcurrentDictionary<string, Trial> _trials = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _absent = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ObjectChange> _failures = new(StringComparer.Ordinal);

    /// <summary>What an apply would do to each object that exists, by its key.</summary>
    public IReadOnlyDictionary<string, Trial> Trials => _trials;

    /// <summary>The keys of the objects that the API server would create, without those that could not be tried.</summary>
    public IReadOnlySet<string> Absent => _absent.Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>The objects that the API server refused.</summary>
    public IReadOnlyCollection<ObjectChange> Failures => [.. _failures.Values];

    public async Task RunAsync(IReadOnlyList<KubernetesObject> objects, CancellationToken cancellationToken)
    {
        var defined = DefinedKinds.Of(objects);
        var changedDefinitions = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var namespaces = objects.Where(item => item.Id.GroupKind == "Namespace").Select(item => item.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var stage in objects.GroupBy(item => ApplyStages.Of(item.Id)).OrderBy(stage => stage.Key))
        {
            // Its schema is about to change, so the API server must not validate it by the old one.
            var redefined = stage.ToLookup(item => defined.DefinitionOf(item.Id) is { } definition && changedDefinitions.ContainsKey(definition.Key));
            await Parallel.ForEachAsync(redefined[true], Limits(cancellationToken), async (item, token) => await RememberAsync(item, token));
            await Parallel.ForEachAsync(await SelectAsync(redefined[false], cancellationToken), Limits(cancellationToken), async (item, token) =>
            {
                if (await AskAsync(item, namespaces, token) is { } outcome && stage.Key == ApplyStages.Definitions && outcome)
                {
                    changedDefinitions[item.Id.Key] = true;
                }
            });
        }
    }

    private async Task<IReadOnlyList<KubernetesObject>> SelectAsync(IEnumerable<KubernetesObject> objects, CancellationToken cancellationToken)
    {
        if (filter is null)
        {
            return [.. objects];
        }

        var selection = await filter.RunAsync(objects, name => _absent.ContainsKey(new ObjectId("v1", "Namespace", null, name).Key), cancellationToken);
        selection.Unchanged.ForEach(known => _trials[known.Item.Id.Key] = new Trial(TrialResult.ChangesNothing, known.Live.ResourceVersion));
        selection.Absent.ForEach(item => _absent[item.Id.Key] = true);
        return selection.ToTry;
    }

    // True if it would change, null if it could not be tried.
    private async Task<bool?> AskAsync(KubernetesObject item, HashSet<string> namespaces, CancellationToken cancellationToken)
    {
        try
        {
            var tried = await _applier.TryAsync(item, cancellationToken);
            if (tried.IsNew)
            {
                _absent[item.Id.Key] = true;
                return true;
            }

            var (live, outcome) = (tried.Live, tried.Outcome);
            if (StoredVersions.Objection(live, item) is { } lost)
            {
                _failures[item.Id.Key] = new ObjectChange(item.Id, ChangeAction.Failed, lost);
                return null;
            }

            var trial = Trial.Of(live, outcome, item, client.FieldManager) with { Conflicts = tried.Conflicts };
            _trials[item.Id.Key] = trial;
            if (trial.Result == TrialResult.ChangesNothing)
            {
                known?.NoteApplied(item, live!, client.FieldManager);
            }

            return ApplyStages.Of(item.Id) == ApplyStages.Definitions && !JsonNode.DeepEquals(live?["spec"], outcome["spec"]);
        }
        catch (KubernetesApiException failure) when (failure.Reason == ApiReasons.NamespaceMissing && namespaces.Contains(item.Namespace ?? ""))
        {
            if (filter?.IsDoubtful(item) == true && await StandIn.TryAsync(client, item, cancellationToken) is { } refusal)
            {
                _failures[item.Id.Key] = new ObjectChange(item.Id, ChangeAction.Failed, refusal);
            }

            return null;
        }
        catch (KubernetesApiException failure) when (failure.Reason == ApiReasons.ObjectImmutable)
        {
            if (await CanReplaceAsync(item, cancellationToken))
            {
                _trials[item.Id.Key] = new Trial(TrialResult.Replaces, "");
            }
            else if (RecreatePolicy.Objection(item, failure, options) is { } objection)
            {
                _failures[item.Id.Key] = new ObjectChange(item.Id, ChangeAction.Failed, await StoredVersions.ExplainAsync(client, item, objection, cancellationToken));
            }

            return null;
        }
        catch (KubernetesApiException failure)
        {
            _failures[item.Id.Key] = new ObjectChange(item.Id, ChangeAction.Failed, await StoredVersions.ExplainAsync(client, item, failure, cancellationToken));
            return null;
        }
    }

    // What is refused may be no field of the bundle that cannot change, but one that is left from before and does not go with it.
    private async Task<bool> CanReplaceAsync(KubernetesObject item, CancellationToken cancellationToken)
    {
        try
        {
            if (await client.GetAsync(item.Id, cancellationToken) is not { } live || Replacement.PatchFor(live, item) is not { Count: > 0 } patch)
            {
                return false;
            }

            // A replacement takes fields as a forced apply does.
            var outcome = await client.PatchAsync(item.Id, patch, dryRun: true, cancellationToken);
            return item.Fields.Conflicts == ConflictPolicy.Take || FieldConflict.Find(live, outcome, client.FieldManager).Count == 0;
        }
        catch (KubernetesApiException refusal) when (refusal.Disposition == Disposition.Stalled)
        {
            return false;
        }
    }

    private async Task RememberAsync(KubernetesObject item, CancellationToken cancellationToken)
    {
        try
        {
            if ((await client.GetAsync(item.Id, cancellationToken)).Text("metadata", "resourceVersion") is { } version)
            {
                _trials[item.Id.Key] = new Trial(TrialResult.Unknown, version);
            }
        }
        catch (KubernetesApiException failure)
        {
            _failures[item.Id.Key] = new ObjectChange(item.Id, ChangeAction.Failed, failure);
        }
    }

    private ParallelOptions Limits(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken };
}
