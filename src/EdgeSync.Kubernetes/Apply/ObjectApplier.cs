using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// Applies one object by the rules for its fields (<see cref="KubernetesObject.Fields"/>). Without ignored fields and without a conflict, that is the one
/// request of the apply.
/// </summary>
internal sealed class ObjectApplier(KubernetesClient client)
{
    // Other clients may write the object at the same time; a client that never stops must not keep this loop running.
    private const int MaxAttempts = 5;

    /// <summary>
    /// Finds out by dry run what an apply would do. Throws <see cref="KubernetesApiException"/> where the API server refuses it, or where it conflicts with what
    /// others own and the policy is <see cref="ConflictPolicy.Fail"/>.
    /// </summary>
    public async Task<AppliedObject> TryAsync(KubernetesObject item, CancellationToken cancellationToken)
    {
        // With ignored fields, what is sent depends on what is live.
        var live = item.Fields.Ignored.Count > 0 ? await client.GetAsync(item.Id, cancellationToken) : null;
        var sent = live is null ? item : IgnoredFields.ToSend(item, live, client.FieldManager);
        List<FieldConflict> left = [];
        for (var attempt = 1; ; attempt++)
        {
            // By force, so that the outcome shows all that is taken from others; a refusal of an apply without force names fields in an ambiguous way.
            var (outcome, isNew) = await client.ApplyAsync(sent, new ApplyMode { DryRun = true, Force = true }, cancellationToken);
            if (isNew)
            {
                return new AppliedObject(null, outcome, IsNew: true);
            }

            live ??= await client.GetAsync(item.Id, cancellationToken);
            var isSame = live.Text("metadata", "resourceVersion") == outcome.Text("metadata", "resourceVersion");
            var conflicts = isSame ? FieldConflict.Find(live!, outcome, client.FieldManager) : [];
            switch (item.Fields.Conflicts)
            {
                case ConflictPolicy.Fail when conflicts.Count > 0:
                    throw Refused(item, conflicts);
                case ConflictPolicy.Leave when conflicts.Count > 0 && attempt < MaxAttempts:
                    left.AddRange(conflicts);
                    sent = IgnoredFields.Without(sent, conflicts.Select(conflict => conflict.Field));
                    break;
                case not ConflictPolicy.Take when !isSame && live is not null && attempt < MaxAttempts:
                    live = null;
                    break;
                default:
                    return new AppliedObject(live, outcome, IsNew: false) { Conflicts = left.Count > 0 ? left : conflicts };
            }
        }
    }

    /// <summary>
    /// Writes the object. <paramref name="left"/> are fields that a <see cref="TryAsync"/> left to others. Throws <see cref="KubernetesApiException"/> where the API
    /// server refuses it.
    /// </summary>
    public async Task<AppliedObject> WriteAsync(KubernetesObject item, IReadOnlyList<FieldConflict>? left, CancellationToken cancellationToken)
    {
        left = item.Fields.Conflicts == ConflictPolicy.Leave ? left ?? [] : [];
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var (live, sent) = await PrepareAsync(item, cancellationToken);
                sent = left.Count > 0 ? IgnoredFields.Without(sent, left.Select(conflict => conflict.Field)) : sent;
                var mode = new ApplyMode { Force = item.Fields.Conflicts == ConflictPolicy.Take };
                var (written, isNew) = await client.ApplyAsync(sent, mode, cancellationToken);
                if (isNew && !ReferenceEquals(sent, item))
                {
                    // It is deleted since the look: the fields that were not sent need their first values.
                    (written, _) = await client.ApplyAsync(item, mode, cancellationToken);
                }

                return new AppliedObject(live, isNew ? await GiveUpAsync(item, written, cancellationToken) : written, isNew) { Conflicts = left };
            }
            catch (KubernetesApiException failure) when (failure.Reason == ApiReasons.ObjectConflict && item.Fields.Ignored.Count > 0 && attempt < MaxAttempts)
            {
                // It changed between look and write.
            }
            catch (KubernetesApiException failure)
                when (failure.Reason == ApiReasons.FieldConflict && item.Fields.Conflicts == ConflictPolicy.Leave && attempt < MaxAttempts)
            {
                left = (await TryAsync(item, cancellationToken)).Conflicts;
            }
        }
    }

    // A value that is sent only so that it stays may be out of date when it arrives; the version makes sure that it is not.
    private async Task<(JsonObject? Live, KubernetesObject Sent)> PrepareAsync(KubernetesObject item, CancellationToken cancellationToken)
    {
        if (item.Fields.Ignored.Count == 0 || await client.GetAsync(item.Id, cancellationToken) is not { } live)
        {
            return (null, item);
        }

        live = await GiveUpAsync(item, live, cancellationToken);
        var sent = IgnoredFields.ToSend(item, live, client.FieldManager);
        if (!JsonNode.DeepEquals(sent.Json, IgnoredFields.Without(item, item.Fields.Ignored.Select(field => field.Text)).Json))
        {
            sent.Json["metadata"]!["resourceVersion"] = live.Text("metadata", "resourceVersion");
        }

        return (live, sent);
    }

    /// <summary>
    /// Takes the ignored fields out of what we own, so that an apply without them does not remove them and nobody conflicts with us. Their values stay. It is
    /// what the Kubernetes documentation calls a transfer of ownership, without a second manager that would keep them from their next owner.
    /// </summary>
    private async Task<JsonObject> GiveUpAsync(KubernetesObject item, JsonObject live, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var patch = IgnoredFields.PatchToGiveUp(live, item.Fields, client.FieldManager);
            if (patch.Count == 0)
            {
                return live;
            }

            try
            {
                return await client.PatchAsync(item.Id, patch, dryRun: false, cancellationToken);
            }
            catch (KubernetesApiException failure) when (failure.Disposition == Disposition.Stalled || failure.Reason == ApiReasons.ObjectConflict)
            {
                if (attempt == MaxAttempts || await client.GetAsync(item.Id, cancellationToken) is not { } now)
                {
                    return live;
                }

                live = now;
            }
        }
    }

    private static KubernetesApiException Refused(KubernetesObject item, IReadOnlyList<FieldConflict> conflicts) =>
        new(ApiReasons.FieldConflict, $"{item.Id}: {FieldConflict.Describe(conflicts)}")
        {
            Subject = item.Id.ToString(),
            Disposition = Disposition.Stalled,
            Hint = "Let the other manager give the fields up, take them out of the bundle, or change the channel's 'conflicts'.",
            Conflicts = conflicts,
        };
}

/// <summary>What an apply did, or would do.</summary>
/// <param name="Live">The object before it; null where nobody looked, or there was none.</param>
/// <param name="Outcome">The object after it.</param>
/// <param name="IsNew">Whether it was created.</param>
internal sealed record AppliedObject(JsonObject? Live, JsonObject Outcome, bool IsNew)
{
    /// <summary>The fields that were taken from others, or left to them.</summary>
    public IReadOnlyList<FieldConflict> Conflicts { get; init; } = [];
}
