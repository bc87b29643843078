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
        // What other sets have matters only among the kinds of the desired objects, which this set's inventory may not name yet.
        var kinds = ApplySet.Split(parent, ApplySet.GroupKindsAnnotation);
        var snapshot = await LiveSnapshot.TakeAsync(
            client, request, desired, request.OtherSets.Count == 0 ? kinds : kinds.Union(desired.Concat(request.Hooks.Select(hook => hook.Job)).Select(item => item.Id.GroupKind), StringComparer.Ordinal), cancellationToken);
        return await PlanAsync(request, snapshot, desired, cancellationToken);
    }

    /// <summary>The same with members that have just been read.</summary>
    public async Task<PrunePlan> PlanAsync(
        ApplyRequest request, LiveSnapshot snapshot, IReadOnlyList<KubernetesObject> desired, CancellationToken cancellationToken)
    {
        List<ObjectId> desiredIds = [.. desired.Select(item => item.Id), .. DesiredObjects.PrepareHooks(request).Select(hook => hook.Job.Id)];
        var wanted = desiredIds.Select(id => id.Key).ToHashSet(StringComparer.Ordinal);
        var byName = desired.ToLookup(item => (item.Kind, item.Namespace, item.Name), item => item.Id);
        var candidates = new List<PruneCandidate>();
        var kept = new List<ObjectId>();
        foreach (var member in snapshot.Members)
        {
            if (wanted.Contains(member.Id.Key)
                || await IsServedInAnotherGroupAsync(byName[(member.Id.Kind, member.Id.Namespace, member.Id.Name)], member.Uid, cancellationToken))
            {
                continue;
            }

            if (member.IsToBeKept)
            {
                kept.Add(member.Id);
            }
            else if (!member.IsTerminating && member.Uid.Length > 0)
            {
                candidates.Add(new PruneCandidate(member.Id, member.Uid) { IsHook = member.IsHook });
            }
        }

        // An object that is served in two groups is one member.
        var members = snapshot.Members.DistinctBy(member => member.Uid).Select(member => member.Id).ToList();
        var sets = request.OtherSets.ToDictionary(name => ApplySet.IdOf(name, request.ParentNamespace), StringComparer.Ordinal);
        var replaced = new ReplacedNames(desired, members.Select(id => id.Key).ToHashSet(StringComparer.Ordinal));
        var ordered = candidates.OrderByDescending(c => ApplyStages.Of(c.Id)).ThenBy(c => c.Id);
        return new PrunePlan(request, [.. ordered.Select(candidate => candidate with { IsReplaced = !candidate.IsHook && replaced.Takes(candidate.Id) })], members.Count)
        {
            MembersByKind = members.CountBy(id => id.GroupKind, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal),
            Kept = [.. kept.Order()],
            Wanted = desiredIds,
            OfOthers = [.. snapshot.OfOthers.Where(other => wanted.Contains(other.Id.Key)).Select(other => (other.Id, sets[other.Set!]))],
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
