using EdgeSync.Kubernetes.Apply;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// What a failed bundle did that going back to the one before does not undo: definitions of kinds, Jobs that ran, and claims with their volumes. It knows the
/// changes of the try that failed, and not those of tries before a restart or a wait.
/// </summary>
internal static class LastingEffects
{
    private const string Prefix = "a rollback does not undo ";

    /// <summary>The outcome, with these effects where it is a failure.</summary>
    public static ActivationOutcome AddTo(ActivationOutcome outcome, ComponentRollout rollout) => outcome is ActivationOutcome.Failed { Failure: var failure }
        ? new ActivationOutcome.Failed(failure with { Lasting = Of(rollout.Changed) })
        : outcome;

    /// <summary>The outcome, with the effects of what was changed apart from the rollout as well.</summary>
    public static ActivationOutcome AddTo(ActivationOutcome outcome, IReadOnlyList<ObjectChange> changes) =>
        outcome is ActivationOutcome.Failed { Failure: var failure } && Of(changes) is { } lasting
            ? new ActivationOutcome.Failed(failure with { Lasting = failure.Lasting is null ? lasting : $"{failure.Lasting}; {lasting[Prefix.Length..]}" })
            : outcome;

    /// <summary>The effects in words, or null where there are none.</summary>
    internal static string? Of(IReadOnlyList<ObjectChange> changes)
    {
        var lasting = changes.Select(Describe).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        return lasting.Count == 0 ? null : ConfirmStep.Join(Prefix.TrimEnd(), lasting);
    }

    private static string? Describe(ObjectChange change) => (change.Id.GroupKind, change.Action) switch
    {
        ("CustomResourceDefinition.apiextensions.k8s.io", ChangeAction.Created or ChangeAction.Recreated) => $"{change.Id} (created)",
        ("CustomResourceDefinition.apiextensions.k8s.io", ChangeAction.Configured) => $"{change.Id} (changed)",
        ("Job.batch", ChangeAction.Created or ChangeAction.Recreated) => $"{change.Id} (started)",
        ("PersistentVolumeClaim", ChangeAction.Created or ChangeAction.Recreated) => $"{change.Id} (created)",
        _ => null,
    };
}
