using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>Finds and deletes members of an ApplySet that are no longer wanted.</summary>
internal sealed class Pruner(KubernetesClient client, TimeProvider time)
{
    private readonly ObjectRemover _remover = new(client, time);

    public async Task<PrunePlan> PlanAsync(
        ApplyRequest request, JsonObject? parent, IReadOnlyList<KubernetesObject> desired, CancellationToken cancellationToken)
    {
        var wanted = desired.Select(item => item.Id.Key).ToHashSet(StringComparer.Ordinal);
        var own = ApplySet.IdOf(request.ApplySetName, request.ParentNamespace);
        var others = request.OtherSets.ToDictionary(name => ApplySet.IdOf(name, request.ParentNamespace), StringComparer.Ordinal);
        var selection = new ListSelection
        {
            LabelSelector = others.Count == 0 ? $"{ApplySet.PartOfLabel}={own}" : $"{ApplySet.PartOfLabel} in ({string.Join(',', others.Keys.Prepend(own))})",
            MetadataOnly = true,
        };
        var ofOthers = new List<(ObjectId, string)>();
        var byName = desired.ToLookup(item => (item.Kind, item.Namespace, item.Name), item => item.Id);
        var candidates = new List<PruneCandidate>();
        var members = new Dictionary<string, ObjectId>(StringComparer.Ordinal);
        var kept = new List<ObjectId>();
        var groupKinds = ApplySet.Split(parent, ApplySet.GroupKindsAnnotation);
        foreach (var groupKind in others.Count == 0 ? groupKinds : groupKinds.Union(desired.Select(item => item.Id.GroupKind), StringComparer.Ordinal))
        {
            var dot = groupKind.IndexOf('.', StringComparison.Ordinal);
            var (kind, group) = dot < 0 ? (groupKind, "") : (groupKind[..dot], groupKind[(dot + 1)..]);
            if (await client.FindPreferredTypeAsync(group, kind, cancellationToken) is not { } type)
            {
                continue;
            }

            foreach (var live in (await client.ListAsync(type, selection, cancellationToken)).Items.Where(IsOurs))
            {
                var id = new KubernetesObject(live).Id;
                var uid = live.Text("metadata", "uid") ?? "";
                if (live.Text("metadata", "labels", ApplySet.PartOfLabel) is { } set && set != own)
                {
                    ofOthers.AddRange(wanted.Contains(id.Key) ? [(id, others[set])] : []);
                    continue;
                }

                members[uid] = id;
                if (wanted.Contains(id.Key) || await IsServedInAnotherGroupAsync(byName[(id.Kind, id.Namespace, id.Name)], uid, cancellationToken))
                {
                    continue;
                }

                if (IsToBeKept(live))
                {
                    kept.Add(id);
                }
                else if (live.At("metadata", "deletionTimestamp") is null && uid.Length > 0)
                {
                    candidates.Add(new PruneCandidate(id, uid));
                }
            }
        }

        var replaced = new ReplacedNames(desired, members.Values.Select(id => id.Key).ToHashSet(StringComparer.Ordinal));
        var ordered = candidates.OrderByDescending(c => ApplyStages.Of(c.Id)).ThenBy(c => c.Id);
        return new PrunePlan(request, [.. ordered.Select(candidate => candidate with { IsReplaced = replaced.Takes(candidate.Id) })], members.Count)
        {
            MembersByKind = members.Values.CountBy(id => id.GroupKind, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal),
            Kept = kept,
            Wanted = [.. desired.Select(item => item.Id)],
            OfOthers = ofOthers,
            Unwanted = [.. candidates.Select(candidate => candidate.Id), .. kept],
        };
    }

    public async Task<IReadOnlyList<ObjectChange>> DeleteAsync(PrunePlan plan, IProgress<ObjectChange>? progress, CancellationToken cancellationToken)
    {
        var changes = new List<ObjectChange>();
        foreach (var stage in plan.Candidates.GroupBy(c => ApplyStages.Of(c.Id)).OrderByDescending(stage => stage.Key))
        {
            if (changes.Exists(change => change.Action == ChangeAction.Failed))
            {
                changes.AddRange(stage.Select(candidate => new ObjectChange(candidate.Id, ChangeAction.Skipped)));
                continue;
            }

            changes.AddRange(await DeleteStageAsync([.. stage], plan.Request.Options, progress, cancellationToken));
        }

        return changes;
    }

    // A kind that moved to another group (Ingress from extensions to networking.k8s.io) is served in both for some releases: one object, one uid.
    private async Task<bool> IsServedInAnotherGroupAsync(IEnumerable<ObjectId> wanted, string uid, CancellationToken cancellationToken)
    {
        foreach (var id in wanted)
        {
            if ((await client.GetAsync(id, cancellationToken)).Text("metadata", "uid") == uid)
            {
                return true;
            }
        }

        return false;
    }

    // The label alone proves nothing: Endpoints inherit it from their Service, and anybody can write it. Objects that we applied have our field manager.
    private bool IsOurs(JsonObject live) =>
        live.Objects("metadata", "managedFields").Any(entry => entry.Text("manager") == client.FieldManager && entry.Text("operation") == "Apply")
        && !live.Objects("metadata", "ownerReferences").Any(owner => owner.IsTrue("controller"));

    private static bool IsToBeKept(JsonObject live) => live.Text("metadata", "annotations", ApplySet.PruneAnnotation) == "disabled";

    private async Task<IReadOnlyList<ObjectChange>> DeleteStageAsync(
        IReadOnlyList<PruneCandidate> stage, ApplyOptions options, IProgress<ObjectChange>? progress, CancellationToken cancellationToken)
    {
        var changes = new ConcurrentDictionary<string, ObjectChange>(StringComparer.Ordinal);
        var end = time.GetUtcNow() + options.PruneTimeout;
        var limits = new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(stage, limits, async (candidate, token) =>
        {
            var change = await DeleteOneAsync(candidate, end, token);
            changes[candidate.Id.Key] = change;
            progress?.Report(change);
        });
        return [.. stage.Select(candidate => changes[candidate.Id.Key])];
    }

    private async Task<ObjectChange> DeleteOneAsync(PruneCandidate candidate, DateTimeOffset end, CancellationToken cancellationToken)
    {
        try
        {
            // Where another object has taken its name, that one is not ours to delete.
            var isGone = await _remover.RemoveAsync(candidate.Id, candidate.Uid, Propagation.Background, end, cancellationToken);
            return new ObjectChange(candidate.Id, isGone ? ChangeAction.Deleted : ChangeAction.Skipped);
        }
        catch (KubernetesApiException failure)
        {
            // It goes as soon as what holds it lets go; to wait on would keep the site from everything else.
            return new ObjectChange(candidate.Id, failure.Reason == ApiReasons.ClusterTimeout && time.GetUtcNow() >= end ? ChangeAction.Terminating : ChangeAction.Failed, failure);
        }
    }
}
