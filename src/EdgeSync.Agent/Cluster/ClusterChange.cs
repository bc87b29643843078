using System.Collections.Concurrent;
using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Agent.Cluster;

/// <summary>One change of a channel's ApplySet, component by component.</summary>
internal sealed class ClusterChange(string channel, bool areSeveral, ApplySession session, HealthWaiter waiter) : IClusterChange
{
    public async Task<ApplyReport> ApplyAsync(
        IReadOnlyList<BundleComponent> components, IProgress<PipelineProgress> progress, CancellationToken cancellationToken)
    {
        var objects = components.SelectMany(component => component.Objects).ToList();
        var counter = new ObjectCounter(channel, objects.Count, progress);
        var result = await session.ApplyAsync(objects, counter, cancellationToken);
        return new ApplyReport(ApplyAnswers.OutcomesOf(result), ApplyAnswers.FaultsOf(result));
    }

    public async Task<HealthReport> AwaitHealthAsync(
        IReadOnlyList<AwaitedComponent> components,
        Func<IReadOnlySet<string>, bool> isEnough,
        IProgress<PipelineProgress> progress,
        CancellationToken cancellationToken)
    {
        List<HealthGroup> groups =
        [
            .. components.Select(awaited => new HealthGroup(
                awaited.Component.Name, session.Identify(awaited.Component.Objects), awaited.Deadline) { MustSettle = awaited.MustSettle }),
        ];
        var counter = new HealthCounter(channel, areSeveral, groups, progress);
        return await waiter.WaitAsync(groups, isEnough, counter, cancellationToken) switch
        {
            HealthOutcome.Healthy healthy => new HealthReport(Reconciliation.Ports.HealthState.Healthy, []) { Healthy = healthy.Groups },
            HealthOutcome.Failed failed => new HealthReport(Reconciliation.Ports.HealthState.Failed, ApplyAnswers.FaultsOf(failed.Reasons))
            {
                Component = failed.Group,
            },
            HealthOutcome.TimedOut late => new HealthReport(Reconciliation.Ports.HealthState.TimedOut, ApplyAnswers.FaultsOf(late.Missing))
            {
                Component = late.Group,
            },
            _ => throw new InvalidOperationException("objects are healthy, failed or late"),
        };
    }

    private sealed class ObjectCounter(string channel, int total, IProgress<PipelineProgress> progress) : IProgress<ObjectChange>
    {
        private int _done;

        public void Report(ObjectChange value) => progress.Report(
            new PipelineProgress(channel, PipelineStage.Apply, $"{value.Id} {value.Action}", Interlocked.Increment(ref _done), total));
    }

    private sealed class HealthCounter(string channel, bool areSeveral, List<HealthGroup> groups, IProgress<PipelineProgress> progress)
        : IProgress<ObjectHealth>
    {
        private readonly ConcurrentDictionary<string, bool> _isCurrent = new(StringComparer.Ordinal);
        private readonly int _total = groups.Sum(group => group.Objects.Count);

        public void Report(ObjectHealth value)
        {
            _isCurrent[value.Id.Key] = value.State == Kubernetes.Health.HealthState.Current;
            var unhealthy = groups.Where(group => !group.Objects.All(id => _isCurrent.GetValueOrDefault(id.Key))).Select(group => group.Name);
            progress.Report(new PipelineProgress(
                channel,
                PipelineStage.Confirm,
                areSeveral && string.Join(", ", unhealthy) is { Length: > 0 } names ? $"healthy objects; waiting for {names}" : "healthy objects",
                _isCurrent.Values.Count(isCurrent => isCurrent),
                _total));
        }
    }
}
