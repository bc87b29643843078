using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// Brings a cluster to a desired state: server-side apply in stages, an inventory after the ApplySet specification, and prune. Each method
/// is safe to call again after a failure or a power cut; what is done is found done.
/// </summary>
/// <param name="client">The cluster.</param>
/// <param name="time">The clock.</param>
/// <param name="known">What earlier looks have found out; by default, nothing.</param>
public sealed class ClusterApplier(KubernetesClient client, TimeProvider time, KnownObjects? known = null)
{
    private readonly KnownObjects _known = known ?? new KnownObjects();
    private readonly DesiredObjects _desired = new(client);
    private readonly Inventory _inventory = new(client);
    private readonly Pruner _pruner = new(client, time);

    /// <summary>Begins a change that is made part by part; nothing is sent yet.</summary>
    public ApplySession Begin(ApplyRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new ApplySession(client, time, request, _known);
    }

    /// <summary>Applies all objects at once, as <see cref="ApplySession.ApplyAsync"/> does.</summary>
    public Task<ApplyResult> ApplyAsync(ApplyRequest request, IProgress<ObjectChange>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Begin(request).ApplyAsync(request.Objects, progress, cancellationToken);
    }

    /// <summary>
    /// Brings single objects of an applied request back, with at most three requests for each: a look, a write, a look. Nothing else is read or
    /// written. The result says whether that was enough; what the cluster does not take now is in it as a failure.
    /// </summary>
    public Task<RestoreResult> RestoreAsync(ApplyRequest request, IReadOnlyCollection<ObjectId> drifted, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(drifted);
        return new ObjectRestorer(client, request, _known).RunAsync(drifted, cancellationToken);
    }

    /// <summary>
    /// The objects as they are named in the cluster, each with the rules for its fields: each in its namespace, those of the whole cluster in none. A kind
    /// that the cluster does not know is left as it is.
    /// </summary>
    public async Task<IReadOnlyDictionary<ObjectId, FieldRules>> IdentifyAsync(ApplyRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (objects, failures) = await _desired.PrepareAsync(request, cancellationToken);
        return objects.Select(item => (item.Id, item.Fields)).Concat(failures.Select(failure => (failure.Id, FieldRules.None)))
            .DistinctBy(item => item.Id).ToDictionary();
    }

    /// <summary>What <see cref="PruneAsync"/> would delete: members of the ApplySet that we applied and that are not among the objects.</summary>
    public async Task<PrunePlan> PlanPruneAsync(ApplyRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var objects = await _desired.PrepareAllAsync(request, cancellationToken);
        return await _pruner.PlanAsync(request, await _inventory.ReadAsync(request, cancellationToken), objects, cancellationToken);
    }

    /// <summary>
    /// Deletes what the plan says, in reverse order, each only if it still has its uid, and waits until it is gone. The inventory is
    /// narrowed to what is wanted and what stays. The caller has checked the plan by <see cref="PrunePolicy"/>.
    /// </summary>
    public async Task<ApplyResult> PruneAsync(PrunePlan plan, IProgress<ObjectChange>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var result = new ApplyResult(await _pruner.DeleteAsync(plan, progress, cancellationToken));
        if (result.Failures.Count == 0)
        {
            var stays = plan.Unwanted.Except(plan.Candidates.Select(candidate => candidate.Id));
            await _inventory.NarrowAsync(plan.Request, await _desired.PrepareAllAsync(plan.Request, cancellationToken), [.. stays], cancellationToken);
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
        var objects = await _desired.PrepareAllAsync(request, cancellationToken);
        var drifts = new ObjectDrift?[objects.Count];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = request.Options.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, objects.Count, limits, async (i, token) => drifts[i] = await DiffAsync(objects[i], token));
        return [.. drifts.OfType<ObjectDrift>()];
    }

    /// <summary>
    /// Where the live objects are not what the request says, one line for each such object: fields that somebody edited, and left-overs that an apply
    /// does not take away. Defaults, what the cluster fills in, and what other controllers own are no difference. Nothing is written. Throws
    /// <see cref="KubernetesApiException"/> if the cluster cannot be reached.
    /// </summary>
    public async Task<IReadOnlyList<string>> InspectAsync(ApplyRequest request, CancellationToken cancellationToken) =>
        (await Begin(request).InspectAsync(cancellationToken)).Deviations;

    private async Task<ObjectDrift?> DiffAsync(KubernetesObject item, CancellationToken cancellationToken)
    {
        if (await client.GetAsync(item.Id, cancellationToken) is not { } live)
        {
            return new ObjectDrift(item.Id, IsMissing: true, []);
        }

        var tried = await new ObjectApplier(client).TryAsync(item, cancellationToken);
        var fields = ObjectDiff.Compare(tried.Live ?? live, tried.Outcome);
        return fields.Count == 0 ? null : new ObjectDrift(item.Id, IsMissing: false, fields);
    }
}
