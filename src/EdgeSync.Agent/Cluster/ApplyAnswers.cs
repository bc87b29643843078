using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Agent.Cluster;

/// <summary>The cluster's answers in the words of the pipeline.</summary>
internal static class ApplyAnswers
{
    public static IReadOnlyList<ObjectOutcome> OutcomesOf(ApplyResult result) =>
        [.. result.Changes.Select(change => new ObjectOutcome(change.Id.ToString(), change.Action.ToString(), change.Failure?.Message))];

    // A cluster that was lost on the way is no fault of the bundle: come again later. What it refuses for good is.
    public static IReadOnlyList<ObjectFault> FaultsOf(ApplyResult result)
    {
        if (result.Failures.Count > 0 && result.Disposition != Disposition.Stalled)
        {
            throw new ReconciliationException(
                result.Failures[0].Failure!.Reason, $"the cluster did not take everything: {result.Failures[0]}", result.Failures[0].Failure);
        }

        return [.. result.Failures.Select(change => new ObjectFault(change.Id.ToString(), change.Failure!.Message, change.Failure.Hint))];
    }

    public static IReadOnlyList<ObjectFault> FaultsOf(IReadOnlyList<ObjectHealth> objects) =>
        [.. objects.Select(item => new ObjectFault(item.Id.ToString(), item.Message))];
}
