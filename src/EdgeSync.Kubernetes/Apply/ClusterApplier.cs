using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// Brings a cluster to a desired state: server-side apply in stages, an inventory after the ApplySet specification, and prune. Each method
/// is safe to call again after a failure or a power cut; what is done is found done.
/// </summary>
public sealed class ClusterApplier(KubernetesClient client, TimeProvider time)
{
    private readonly DesiredObjects _desired = new(client);
    private readonly Inventory _inventory = new(client);
    private readonly Pruner _pruner = new(client, time);

    /// <summary>
    /// Applies all objects. First all of them are tried by dry run: if one is refused, nothing is written. Refusals come back in the result,
    /// all at once; after a stage in which one failed, later stages are skipped. Throws <see cref="KubernetesApiException"/> if kinds or
    /// inventory cannot be read, or the cluster is lost while a CRD is awaited. Progress is reported from several threads.
    /// </summary>
    public async Task<ApplyResult> ApplyAsync(ApplyRequest request, IProgress<ObjectChange>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        client.RefreshDiscovery();
        var (objects, failures) = await _desired.PrepareAsync(request, cancellationToken);
        await _inventory.ReadAsync(request, cancellationToken);
        var dryRun = new DryRun(client, request.Options);
        await dryRun.RunAsync(objects, cancellationToken);
        if (failures.Count + dryRun.Failures.Count > 0)
        {
            return new ApplyResult(Refused(objects, [.. failures, .. dryRun.Failures]));
        }

        await _inventory.WidenAsync(request, objects, cancellationToken);
        return new ApplyResult(await ApplyStagesAsync(request, objects, dryRun.Versions, progress, cancellationToken));
    }

    /// <summary>What <see cref="PruneAsync"/> would delete: members of the ApplySet that we applied and that are not among the objects.</summary>
    public async Task<PrunePlan> PlanPruneAsync(ApplyRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var objects = await PrepareAllAsync(request, cancellationToken);
        return await _pruner.PlanAsync(request, await _inventory.ReadAsync(request, cancellationToken), objects, cancellationToken);
    }

    /// <summary>
    /// Deletes what the plan says, in reverse order, each only if it still has its uid, and waits until it is gone. The inventory is
    /// narrowed when all is gone. The caller has checked the plan by <see cref="PrunePolicy"/>.
    /// </summary>
    public async Task<ApplyResult> PruneAsync(PrunePlan plan, IProgress<ObjectChange>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var result = new ApplyResult(await _pruner.DeleteAsync(plan, progress, cancellationToken));
        if (result.Failures.Count == 0)
        {
            await _inventory.NarrowAsync(plan.Request, await PrepareAllAsync(plan.Request, cancellationToken), cancellationToken);
        }

        return result;
    }

    /// <summary>
    /// The objects that are not as they should be, by dry run; nothing is written. Throws <see cref="KubernetesApiException"/> if the
    /// cluster cannot be reached or refuses one.
    /// </summary>
    public async Task<IReadOnlyList<ObjectDrift>> DiffAsync(ApplyRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var objects = await PrepareAllAsync(request, cancellationToken);
        var drifts = new ObjectDrift?[objects.Count];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = request.Options.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, objects.Count), limits, async (i, token) => drifts[i] = await DiffAsync(objects[i], token));
        return [.. drifts.OfType<ObjectDrift>()];
    }

    // An object that cannot be placed must not look unwanted.
    private async Task<IReadOnlyList<KubernetesObject>> PrepareAllAsync(ApplyRequest request, CancellationToken cancellationToken)
    {
        var (objects, failures) = await _desired.PrepareAsync(request, cancellationToken);
        return failures.Count == 0 ? objects : throw failures[0].Failure!;
    }

    private static IReadOnlyList<ObjectChange> Refused(IReadOnlyList<KubernetesObject> objects, IReadOnlyList<ObjectChange> failures)
    {
        var failed = failures.Select(change => change.Id.Key).ToHashSet(StringComparer.Ordinal);
        return [.. failures, .. objects.Where(item => !failed.Contains(item.Id.Key)).Select(item => new ObjectChange(item.Id, ChangeAction.Skipped))];
    }

    private async Task<IReadOnlyList<ObjectChange>> ApplyStagesAsync(
        ApplyRequest request,
        IReadOnlyList<KubernetesObject> objects,
        IReadOnlyDictionary<string, string> versions,
        IProgress<ObjectChange>? progress,
        CancellationToken cancellationToken)
    {
        var defined = DefinedKinds.Of(objects);
        var applier = new StageApplier(client, time, request.Options);
        var changes = new List<ObjectChange>();
        foreach (var group in objects.GroupBy(item => ApplyStages.Of(item.Id)).OrderBy(stage => stage.Key))
        {
            List<KubernetesObject> stage = [.. group];
            if (changes.Exists(change => change.Action == ChangeAction.Failed))
            {
                changes.AddRange(stage.Select(item => new ObjectChange(item.Id, ChangeAction.Skipped)));
                continue;
            }

            var outcome = await applier.ApplyAsync(stage, defined, versions, progress, cancellationToken);
            if (group.Key == ApplyStages.Definitions && !outcome.Any(change => change.Action == ChangeAction.Failed))
            {
                var late = await applier.EstablishAsync(stage, cancellationToken);
                outcome = [.. outcome.Select(change => late.FirstOrDefault(failure => failure.Id == change.Id) ?? change)];
            }

            changes.AddRange(outcome);
        }

        return changes;
    }

    private async Task<ObjectDrift?> DiffAsync(KubernetesObject item, CancellationToken cancellationToken)
    {
        if (await client.GetAsync(item.Id, cancellationToken) is not { } live)
        {
            return new ObjectDrift(item.Id, IsMissing: true, []);
        }

        var (desired, _) = await client.ApplyAsync(item, new ApplyMode { DryRun = true, Force = true }, cancellationToken);
        var fields = ObjectDiff.Compare(live, desired);
        return fields.Count == 0 ? null : new ObjectDrift(item.Id, IsMissing: false, fields);
    }
}
