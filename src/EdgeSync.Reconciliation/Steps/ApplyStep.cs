using EdgeSync.Contracts;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.Staging;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Steps;

/// <summary>Writes a staged bundle to the cluster and waits until it is healthy, cannot become so, or something newer comes.</summary>
internal sealed class ApplyStep(ICluster cluster, IProgress<PipelineProgress> progress)
{
    /// <summary>
    /// Raises an <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> while the cluster does not answer. <paramref name="newerCame"/>
    /// is asked from time to time while waiting, and ends the wait by returning true.
    /// </summary>
    public async Task<ActivationOutcome> RunAsync(
        StagedBundle bundle, Func<CancellationToken, Task<bool>> newerCame, CancellationToken cancellationToken)
    {
        var applied = await cluster.ApplyAsync(bundle, progress, cancellationToken);
        if (applied.Faults.Count > 0)
        {
            return new ActivationOutcome.Failed(new Trouble(
                ReasonCodes.ApplyRejected, Sentence("the cluster refused", applied.Faults), "Mend the manifests and release again."));
        }

        var changed = applied.Outcomes.Where(o => o.IsChange).Select(o => $"{o.Subject} {o.Action}").ToList();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var health = cluster.AwaitHealthAsync(bundle, bundle.Channel.HealthDeadline, progress, ending.Token);
        var newer = newerCame(ending.Token);
        var first = await Task.WhenAny(health, newer);
        try
        {
            if (first == newer && await newer)
            {
                return new ActivationOutcome.Superseded();
            }

            return Judge(await health, changed, bundle);
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(health, newer).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private static ActivationOutcome Judge(HealthReport health, IReadOnlyList<string> changed, StagedBundle bundle) => health.State switch
    {
        HealthState.Healthy => new ActivationOutcome.Healthy(changed),
        HealthState.Failed => new ActivationOutcome.Failed(new Trouble(
            ReasonCodes.HealthFailed, Sentence("cannot become healthy:", health.Faults), "Look at the pods' logs; mend the bundle and release again.")),
        _ => new ActivationOutcome.Failed(new Trouble(
            ReasonCodes.HealthDeadlineExceeded,
            Sentence($"not healthy within {bundle.Channel.HealthDeadline.TotalSeconds:0} s:", health.Faults),
            "Look at the objects named here; if they only need longer, raise the channel's healthDeadline.")),
    };

    private static string Sentence(string what, IReadOnlyList<ObjectFault> faults)
    {
        const int Named = 5;
        var names = string.Join("; ", faults.Take(Named));
        return faults.Count > Named ? $"{what} {names}; and {faults.Count - Named} more" : $"{what} {names}";
    }
}
