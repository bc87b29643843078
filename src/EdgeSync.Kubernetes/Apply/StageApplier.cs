using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>Writes the objects of one stage, several at a time, and collects the result of each.</summary>
internal sealed class StageApplier(KubernetesClient client, TimeProvider time, ApplyOptions options, KnownObjects known)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private readonly ObjectApplier _applier = new(client);
    private readonly ObjectRemover _remover = new(client, time);

    public async Task<IReadOnlyList<ObjectChange>> ApplyAsync(
        IReadOnlyList<KubernetesObject> stage,
        DefinedKinds defined,
        IReadOnlyDictionary<string, Trial> trials,
        IProgress<ObjectChange>? progress,
        CancellationToken cancellationToken)
    {
        var changes = new ConcurrentDictionary<string, ObjectChange>(StringComparer.Ordinal);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(stage, limits, async (item, token) =>
        {
            var change = await ApplyOneAsync(item, defined, trials, token);
            changes[item.Id.Key] = change;
            progress?.Report(change);
        });
        return [.. stage.Select(item => changes[item.Id.Key])];
    }

    /// <summary>Waits until the CRDs are served, and refreshes the discovery of kinds.</summary>
    public async Task<IReadOnlyList<ObjectChange>> EstablishAsync(IReadOnlyList<KubernetesObject> definitions, CancellationToken cancellationToken)
    {
        var end = time.GetUtcNow() + options.EstablishTimeout;
        var failures = new List<ObjectChange>();
        foreach (var definition in definitions)
        {
            while (!IsEstablished(await client.GetAsync(definition.Id, cancellationToken)))
            {
                if (time.GetUtcNow() >= end)
                {
                    failures.Add(new ObjectChange(definition.Id, ChangeAction.Failed, NotEstablished(definition.Id)));
                    break;
                }

                await Task.Delay(Pause, time, cancellationToken);
            }
        }

        client.RefreshDiscovery();
        return failures;
    }

    private async Task<ObjectChange> ApplyOneAsync(
        KubernetesObject item, DefinedKinds defined, IReadOnlyDictionary<string, Trial> trials, CancellationToken cancellationToken)
    {
        var end = time.GetUtcNow() + options.EstablishTimeout;
        var isRecreated = false;
        var trial = trials.GetValueOrDefault(item.Id.Key);
        if (trial.Result == TrialResult.ChangesNothing)
        {
            var unchanged = new ObjectChange(item.Id, ChangeAction.Unchanged) { IsHealthy = !trial.IsTerminating && HealthRules.NeedsOnlyToExist(item.Id) };
            return With(unchanged, item, trial.Conflicts);
        }

        while (true)
        {
            try
            {
                await PrepareAsync(item, trial, cancellationToken);
                var applied = await _applier.WriteAsync(item, trial.Conflicts, cancellationToken);
                var (live, isNew) = (applied.Outcome, applied.IsNew);
                await ForgetReplacementAsync(item.Id, live, cancellationToken);
                known.NoteWritten(item, live, isNew, client.FieldManager);
                var isUnchanged = trial.Result == TrialResult.TakesOver || (trial.Version is { } version && live.Text("metadata", "resourceVersion") == version);
                var action = isRecreated ? ChangeAction.Recreated : isNew ? ChangeAction.Created : isUnchanged ? ChangeAction.Unchanged : ChangeAction.Configured;
                return With(
                    new ObjectChange(item.Id, action) { IsHealthy = HealthRules.NeedsOnlyToExist(item.Id) && HealthRules.Of(live).State == HealthState.Current },
                    item,
                    isNew ? null : item.Fields.Conflicts == ConflictPolicy.Leave ? applied.Conflicts : trial.Conflicts);
            }
            catch (KubernetesApiException failure)
                when ((failure.Reason == ApiReasons.KindUnknown || failure is { StatusCode: 404, Reason: ApiReasons.ClusterError })
                    && defined.DefinitionOf(item.Id) is not null && time.GetUtcNow() < end)
            {
                // An established CRD may still be unknown to the API server's own handlers for a moment.
                client.RefreshDiscovery();
                await Task.Delay(Pause, time, cancellationToken);
            }
            catch (KubernetesApiException failure) when (failure.Reason == ApiReasons.ObjectImmutable && !isRecreated)
            {
                if ((RecreatePolicy.Objection(item, failure, options) ?? await TryRemoveAsync(item.Id, cancellationToken)) is { } objection)
                {
                    return new ObjectChange(item.Id, ChangeAction.Failed, objection);
                }

                isRecreated = true;
            }
            catch (KubernetesApiException failure)
            {
                return new ObjectChange(item.Id, ChangeAction.Failed, failure);
            }
        }
    }

    private static ObjectChange With(ObjectChange change, KubernetesObject item, IReadOnlyList<FieldConflict>? conflicts) =>
        change with { Conflicts = conflicts ?? [], Policy = item.Fields.Conflicts };

    // Takes away what server-side apply would leave.
    private async Task PrepareAsync(KubernetesObject item, Trial trial, CancellationToken cancellationToken)
    {
        if ((trial.Result == TrialResult.Replaces || (trial.Result == TrialResult.Changes && item.Id.GroupKind == "Secret"))
            && await client.GetAsync(item.Id, cancellationToken) is { } live)
        {
            var patch = trial.Result == TrialResult.Replaces
                ? Replacement.PatchFor(live, item)
                : SecretKeys.PatchWithout(SecretKeys.LeftOver(live, item, client.FieldManager));
            if (patch.Count > 0)
            {
                await client.PatchAsync(item.Id, patch, dryRun: false, cancellationToken);
            }
        }
    }

    // The entry that a replacement leaves would own fields for us for ever, also those that a later bundle takes out.
    private async Task ForgetReplacementAsync(ObjectId id, JsonObject live, CancellationToken cancellationToken)
    {
        if (OwnedFields.FindUpdate(live, client.FieldManager) is { } index)
        {
            try
            {
                await client.PatchAsync(id, Replacement.WithoutEntry(index, client.FieldManager), dryRun: false, cancellationToken);
            }
            catch (KubernetesApiException failure) when (failure.Disposition == Disposition.Stalled)
            {
                // The entries have changed meanwhile; the next apply tries again.
            }
        }
    }

    // Its dependents are deleted first, so that old and new pods never run at the same time.
    private async Task<KubernetesApiException?> TryRemoveAsync(ObjectId id, CancellationToken cancellationToken)
    {
        try
        {
            if ((await client.GetAsync(id, cancellationToken)).Text("metadata", "uid") is { } uid)
            {
                await _remover.RemoveAsync(id, uid, Propagation.Foreground, time.GetUtcNow() + options.DeleteTimeout, cancellationToken);
            }

            return null;
        }
        catch (KubernetesApiException failure)
        {
            return failure;
        }
    }

    private static bool IsEstablished(JsonObject? live) =>
        live.Objects("status", "conditions").Any(condition => condition.Text("type") == "Established" && condition.Text("status") == "True");

    private static KubernetesApiException NotEstablished(ObjectId id) =>
        new(ApiReasons.ClusterTimeout, $"{id}: the new kind was not served in time") { Subject = id.ToString(), Disposition = Disposition.Transient };
}
