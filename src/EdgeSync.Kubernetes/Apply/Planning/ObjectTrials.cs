using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Apply.Planning;

/// <summary>
/// Looks at single objects after a <see cref="DryRun"/> of all: which fields change, and what becomes of objects that the dry run could not try because
/// their namespace or their definition comes with them.
/// </summary>
internal sealed class ObjectTrials(
    KubernetesClient client, ApplyOptions options, IReadOnlyList<KubernetesObject> objects, Func<KubernetesObject, IReadOnlyList<string>> findSchemaFaults)
{
    private readonly ObjectApplier _applier = new(client);
    private readonly DefinedKinds _defined = DefinedKinds.Of(objects);

    public required IReadOnlyDictionary<string, Trial> Results { get; init; }

    public required IReadOnlySet<string> Absent { get; init; }

    public required FinishedJobs Jobs { get; init; }

    /// <summary>What would be done with this object, which the dry run did not refuse.</summary>
    public async Task<PlannedChange> ExamineAsync(KubernetesObject item, CancellationToken cancellationToken)
    {
        var key = item.Id.Key;
        if (Absent.Contains(key))
        {
            return Jobs.WasStarted(item.Id)
                ? new PlannedChange(item.Id, ChangeAction.Unchanged) { Note = "the Job ran here, and its time to live has removed it" }
                : new PlannedChange(item.Id, ChangeAction.Created);
        }

        try
        {
            var trial = Results.GetValueOrDefault(key);
            return trial.Version is null ? await ExamineUntriedAsync(item, cancellationToken) : trial.Result switch
            {
                TrialResult.ChangesNothing or TrialResult.TakesOver => With(new PlannedChange(item.Id, ChangeAction.Unchanged), item, trial.Conflicts),
                TrialResult.Replaces => await ReplaceAsync(item, cancellationToken),
                TrialResult.Changes => await ConfigureAsync(item, cancellationToken),
                _ => await ExamineUntriedAsync(item, cancellationToken),
            };
        }
        catch (KubernetesApiException failure) when (!ApiReasons.IsOfTheControlPlane(failure.Reason) || failure.Reason == ApiReasons.ClusterError)
        {
            return Refused(item, failure);
        }
    }

    private async Task<PlannedChange> ConfigureAsync(KubernetesObject item, CancellationToken cancellationToken)
    {
        var tried = await _applier.TryAsync(item, cancellationToken);
        return tried.Live is { } live
            ? With(Configured(item, live, tried.Outcome), item, tried.Conflicts)
            : new PlannedChange(item.Id, ChangeAction.Created);
    }

    private async Task<PlannedChange> ReplaceAsync(KubernetesObject item, CancellationToken cancellationToken)
    {
        if (await client.GetAsync(item.Id, cancellationToken) is not { } live)
        {
            return new PlannedChange(item.Id, ChangeAction.Created);
        }

        var patch = Replacement.PatchFor(live, item);
        return Configured(item, live, patch.Count == 0 ? live : await client.PatchAsync(item.Id, patch, dryRun: true, cancellationToken));
    }

    private PlannedChange Configured(KubernetesObject item, JsonObject live, JsonObject outcome)
    {
        var leftOver = SecretKeys.LeftOver(live, item, client.FieldManager).Select(name => $"/data/{PositionMap.Escape(name)}");
        IReadOnlyList<PlannedField> fields =
            [.. PlannedFields.Compare(live, outcome, client.FieldManager), .. PlannedFields.Of(live, leftOver.Select(at => (at, PlannedFields.Find(live, at), (JsonNode?)null)), client.FieldManager)];
        return new PlannedChange(item.Id, fields.Count == 0 ? ChangeAction.Unchanged : ChangeAction.Configured) { Fields = fields };
    }

    private async Task<PlannedChange> ExamineUntriedAsync(KubernetesObject item, CancellationToken cancellationToken)
    {
        var isDefinedHere = _defined.DefinitionOf(item.Id) is not null;
        if (isDefinedHere && findSchemaFaults(item) is { Count: > 0 } faults)
        {
            return Refused(item, BreaksSchema(item, faults));
        }

        if (await client.GetAsync(item.Id, cancellationToken) is not { } live)
        {
            return await CreateAsync(item, isDefinedHere, cancellationToken);
        }

        try
        {
            var tried = await _applier.TryAsync(item, cancellationToken);
            var change = With(Configured(item, tried.Live ?? live, tried.Outcome), item, tried.Conflicts);
            if (!isDefinedHere)
            {
                return change;
            }

            // The old definition may drop fields that the new one has.
            IReadOnlyList<PlannedField> fields = [.. change.Fields.Concat(Compared(item, live)).DistinctBy(field => field.Path)];
            return fields.Count == 0 ? change : new PlannedChange(item.Id, ChangeAction.Configured) { Fields = fields };
        }
        catch (KubernetesApiException failure) when (failure.Reason == ApiReasons.ObjectImmutable && !isDefinedHere)
        {
            return RecreatePolicy.Objection(item, failure, options) is { } objection
                ? Refused(item, objection)
                : new PlannedChange(item.Id, ChangeAction.Recreated)
                {
                    Fields = Compared(item, live),
                    Note = $"{string.Join(", ", failure.Causes.Select(cause => cause.Split(": ", 2)[0]).Distinct())} cannot be changed",
                };
        }
        catch (KubernetesApiException failure) when (failure.Disposition == Disposition.Stalled && isDefinedHere)
        {
            return new PlannedChange(item.Id, ChangeAction.Configured)
            {
                Fields = Compared(item, live),
                Note = "checked by the bundle's definition of its kind, because the cluster still has another one",
            };
        }
    }

    private async Task<PlannedChange> CreateAsync(KubernetesObject item, bool isDefinedHere, CancellationToken cancellationToken)
    {
        if (isDefinedHere)
        {
            return new PlannedChange(item.Id, ChangeAction.Created) { Note = "checked by the bundle's definition of its kind, which the cluster does not have yet" };
        }

        return item.Namespace is not null && await StandIn.TryAsync(client, item, cancellationToken) is { } failure
            ? Refused(item, failure)
            : new PlannedChange(item.Id, ChangeAction.Created);
    }

    private IReadOnlyList<PlannedField> Compared(KubernetesObject item, JsonObject live) => PlannedFields.Compare(live, Overlay.Of(live, IgnoredFields.AsLive(item, live).Json), client.FieldManager);

    private static PlannedChange With(PlannedChange change, KubernetesObject item, IReadOnlyList<FieldConflict>? conflicts) =>
        change with { Conflicts = conflicts ?? [], Policy = item.Fields.Conflicts };

    /// <summary>What the cluster, or a policy, refuses.</summary>
    public static PlannedChange Refused(KubernetesObject item, EdgeSyncException failure) => new(item.Id, ChangeAction.Failed)
    {
        Failure = SecretText.Clean(item, failure),
        Conflicts = (failure as KubernetesApiException)?.Conflicts ?? [],
        Policy = item.Fields.Conflicts,
    };

    private static KubernetesApiException BreaksSchema(KubernetesObject item, IReadOnlyList<string> faults) =>
        new(ApiReasons.ObjectInvalid, $"{item.Id}: {string.Join("; ", faults)}")
        {
            Subject = item.Id.ToString(),
            Disposition = Disposition.Stalled,
            Hint = "Correct the object in the bundle, or the definition of its kind.",
        };
}
