using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// Brings single objects of an ApplySet back, while all others stay as they are: a look, a write and a look for each object. The inventory has their
/// kinds and namespaces already, so that it is not written.
/// </summary>
internal sealed class ObjectRestorer(KubernetesClient client, ApplyRequest request, KnownObjects known)
{
    private const string Job = "Job.batch";
    private readonly ObjectApplier _applier = new(client);
    private readonly LiveInspection _inspection = new(client, request.Options, known);
    private readonly ConcurrentDictionary<string, ObjectRestore> _restored = new(StringComparer.Ordinal);

    /// <summary>Restores these objects of the request. Does not throw for an object that the cluster does not take now.</summary>
    public async Task<RestoreResult> RunAsync(IReadOnlyCollection<ObjectId> drifted, CancellationToken cancellationToken)
    {
        var keys = drifted.Select(id => id.Key).ToHashSet(StringComparer.Ordinal);
        var names = drifted.Select(id => (id.Kind, id.Name)).ToHashSet();
        var (objects, failures) = await new DesiredObjects(client).PrepareAsync(
            request with { Objects = [.. request.Objects.Where(item => names.Contains((item.Kind, item.Name)))] }, cancellationToken);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = request.Options.Parallelism, CancellationToken = cancellationToken };
        foreach (var stage in objects.Where(item => keys.Contains(item.Id.Key)).GroupBy(item => ApplyStages.Of(item.Id)).OrderBy(stage => stage.Key))
        {
            await Parallel.ForEachAsync(stage, limits, async (item, token) => _restored[item.Id.Key] = await RestoreAsync(item, token));
        }

        return new RestoreResult([.. _restored.Values.OrderBy(restore => restore.Id)]) { IsEnough = failures.Count == 0 && _restored.Values.All(restore => restore.IsEnough) };
    }

    private async Task<ObjectRestore> RestoreAsync(KubernetesObject item, CancellationToken cancellationToken)
    {
        try
        {
            var live = await client.GetAsync(item.Id, cancellationToken);
            if (live is null && IsJobThatEnds(item))
            {
                var jobs = new FinishedJobs(await new Inventory(client).ReadAsync(request, cancellationToken), request, [item], []);
                return new ObjectRestore(item.Id, Change: null, Deviation: null, IsEnough: jobs.WasStarted(item.Id));
            }

            return TakesMore(item, live)
                ? new ObjectRestore(item.Id, Change: null, Deviation: null, IsEnough: false)
                : await WriteAsync(item, live, cancellationToken);
        }
        catch (KubernetesApiException failure) when (failure.Disposition == Disposition.Stalled || failure.Reason is ApiReasons.KindUnknown or ApiReasons.NamespaceMissing)
        {
            // The repair of the whole bundle can replace or recreate it, makes its namespace, or says why neither is allowed.
            return new ObjectRestore(item.Id, Change: null, Deviation: null, IsEnough: false);
        }
        catch (KubernetesApiException failure)
        {
            return new ObjectRestore(item.Id, new ObjectChange(item.Id, ChangeAction.Failed, failure), Deviation: null, IsEnough: true);
        }
    }

    private async Task<ObjectRestore> WriteAsync(KubernetesObject item, JsonObject? live, CancellationToken cancellationToken)
    {
        var applied = await _applier.WriteAsync(item, left: null, cancellationToken);
        var (written, isNew) = (applied.Outcome, applied.IsNew);
        known.NoteWritten(item, written, isNew, client.FieldManager);
        var isChanged = live is null || ObjectDiff.Compare(live, written).Count > 0;
        var change = !isNew && !isChanged ? null : new ObjectChange(item.Id, isNew ? ChangeAction.Created : ChangeAction.Configured)
        {
            Conflicts = item.Fields.Conflicts == ConflictPolicy.Leave ? applied.Conflicts : live is null ? [] : FieldConflict.Find(live, written, client.FieldManager),
            Policy = item.Fields.Conflicts,
        };
        if (isNew)
        {
            return new ObjectRestore(item.Id, change, Deviation: null, IsEnough: true);
        }

        try
        {
            return new ObjectRestore(item.Id, change, await _inspection.FindDeviationAsync(item, written, cancellationToken), IsEnough: true);
        }
        catch (KubernetesApiException)
        {
            // It is back, and nobody knows whether something is left over in it.
            return new ObjectRestore(item.Id, change, Deviation: null, IsEnough: false);
        }
    }

    private static bool IsJobThatEnds(KubernetesObject item) => item.Id.GroupKind == Job && item.Json.Number("spec", "ttlSecondsAfterFinished") is not null;

    // A new definition must be served before its objects come, and a namespace that was deleted has taken its objects along. A plain apply does not take away
    // a key that agents before 0.2 left in a Secret, nor the entry that a replacement leaves.
    private bool TakesMore(KubernetesObject item, JsonObject? live) =>
        ApplyStages.Of(item.Id) == ApplyStages.Definitions
        || (live is null && ApplyStages.Of(item.Id) == ApplyStages.Namespaces)
        || (live is not null && (OwnedFields.FindUpdate(live, client.FieldManager) is not null || SecretKeys.LeftOver(live, item, client.FieldManager).Count > 0));
}

/// <summary>What came of restoring single objects.</summary>
/// <param name="Objects">Each object that was looked at.</param>
public sealed record RestoreResult(IReadOnlyList<ObjectRestore> Objects)
{
    /// <summary>Whether single writes were enough; otherwise the whole bundle must be repaired.</summary>
    public bool IsEnough { get; init; } = true;
}

/// <summary>What came of restoring one object.</summary>
/// <param name="Id">The object.</param>
/// <param name="Change">What was changed, or what the cluster did not take; null where it was as it should be, or was not written.</param>
/// <param name="Deviation">Where it still is not what the bundle says, as <see cref="ClusterApplier.InspectAsync"/> writes it; null where nothing deviates.</param>
/// <param name="IsEnough">False where it takes the repair of the whole bundle.</param>
public sealed record ObjectRestore(ObjectId Id, ObjectChange? Change, string? Deviation, bool IsEnough);
