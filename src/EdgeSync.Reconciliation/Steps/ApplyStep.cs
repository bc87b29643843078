using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.Staging;

namespace EdgeSync.Reconciliation.Steps;

/// <summary>
/// Writes a staged bundle to the cluster, each component when those that it depends on are healthy, and waits until all is healthy, cannot
/// become so, or something newer comes.
/// </summary>
internal sealed class ApplyStep(ICluster cluster, IProgress<PipelineProgress> progress, TimeProvider time)
{
    /// <summary>
    /// Raises an <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> while the cluster does not answer. <paramref name="newerCame"/>
    /// is asked from time to time while waiting, and ends the wait by returning true; a write that has begun is ended first.
    /// </summary>
    public Task<ActivationOutcome> RunAsync(
        StagedBundle bundle, ActivationKind kind, Func<CancellationToken, Task<bool>> newerCame, CancellationToken cancellationToken) =>
        RunAsync(
            cluster.Begin(bundle),
            new ComponentRollout(bundle.Content.Components, bundle.Channel.HealthDeadline, kind, time),
            newerCame,
            cancellationToken);

    internal async Task<ActivationOutcome> RunAsync(
        IClusterChange change, ComponentRollout rollout, Func<CancellationToken, Task<bool>> newerCame, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<bool>? newer = null;
        try
        {
            while (true)
            {
                var ready = rollout.TakeReady();
                if (ready.Count > 0)
                {
                    var applied = await change.ApplyAsync(ready, progress, cancellationToken);
                    if (applied.Faults.Count > 0)
                    {
                        return ActivationFaults.Refused(applied.Faults, rollout.NameOf(ready));
                    }

                    rollout.Applied(ready, applied);
                }

                newer ??= newerCame(ending.Token);
                var health = change.AwaitHealthAsync(
                    rollout.Awaited, rollout.IsEnough, new WaitedFor(rollout.Sentence, progress), ending.Token);
                if (await Task.WhenAny(health, newer) == newer && await newer)
                {
                    await EndAsync(ending, health);
                    return new ActivationOutcome.Superseded();
                }

                var report = await health;
                if (report.State != HealthState.Healthy)
                {
                    return ActivationFaults.Unhealthy(report, rollout.TimeoutOf(report.Component), rollout.AreSeveral);
                }

                if (rollout.IsDone(report.Healthy))
                {
                    return new ActivationOutcome.Healthy(rollout.Changed);
                }
            }
        }
        finally
        {
            if (newer is not null)
            {
                await EndAsync(ending, newer);
            }
        }
    }

    private static async Task EndAsync(CancellationTokenSource ending, Task task)
    {
        await ending.CancelAsync();
        await task.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    // The status says what is waited for as long as it is waited for.
    private sealed class WaitedFor(string? sentence, IProgress<PipelineProgress> progress) : IProgress<PipelineProgress>
    {
        public void Report(PipelineProgress value) => progress.Report(value with { WaitingFor = sentence });
    }
}
