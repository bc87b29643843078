using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Watch;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.Staging;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Cluster;

/// <summary>The local cluster by way of its API server. One ApplySet for each channel.</summary>
internal sealed class ClusterAdapter(
    ClusterConnection connection, string inventoryNamespace, PrunePolicy policy, TimeProvider time, Random random, ILoggerFactory logs) : ICluster
{
    public Task<string> VersionAsync(CancellationToken cancellationToken) => connection.Client.GetVersionAsync(cancellationToken);

    public async Task<PrunePreview> PreviewPruneAsync(StagedBundle bundle, CancellationToken cancellationToken)
    {
        var plan = await Applier().PlanPruneAsync(RequestOf(bundle), cancellationToken);
        var objections = policy.Objections(plan);
        return new PrunePreview(
            [.. plan.Candidates.Select(candidate => candidate.Id.ToString())],
            objections.Count == 0 ? null : string.Join("; ", objections));
    }

    public async Task<ApplyReport> ApplyAsync(StagedBundle bundle, IProgress<PipelineProgress> progress, CancellationToken cancellationToken)
    {
        var request = RequestOf(bundle);
        var counter = new ObjectCounter(bundle.Channel.Name, PipelineStage.Apply, request.Objects.Count, progress);
        var result = await Applier().ApplyAsync(request, counter, cancellationToken);
        return new ApplyReport(OutcomesOf(result), FaultsOf(result));
    }

    public async Task<HealthReport> AwaitHealthAsync(
        StagedBundle bundle, TimeSpan deadline, IProgress<PipelineProgress> progress, CancellationToken cancellationToken)
    {
        var objects = await IdsOfAsync(bundle, cancellationToken);
        var counter = new HealthCounter(bundle.Channel.Name, objects.Count, progress);
        return await new HealthWaiter(connection.Client, new HealthOptions(), time).WaitAsync(objects, deadline, counter, cancellationToken) switch
        {
            HealthOutcome.Healthy => HealthReport.Healthy,
            HealthOutcome.Failed failed => new HealthReport(Reconciliation.Ports.HealthState.Failed, FaultsOf(failed.Reasons)),
            HealthOutcome.TimedOut late => new HealthReport(Reconciliation.Ports.HealthState.TimedOut, FaultsOf(late.Missing)),
            _ => throw new InvalidOperationException("objects are healthy, failed or late"),
        };
    }

    public async Task<IReadOnlyList<ObjectOutcome>> PruneAsync(StagedBundle bundle, bool allowDestructive, CancellationToken cancellationToken)
    {
        var plan = await Applier().PlanPruneAsync(RequestOf(bundle), cancellationToken);
        if (!allowDestructive && policy.Objections(plan).Count > 0)
        {
            // What may not go stays, and what may goes: after a rollback, all that the failed bundle added but its data.
            plan = plan with { Candidates = [.. plan.Candidates.Where(candidate => !PrunePolicy.IsPrecious(candidate.Id))] };
        }

        var result = await Applier().PruneAsync(plan, progress: null, cancellationToken);
        FaultsOf(result);
        return OutcomesOf(result);
    }

    public async IAsyncEnumerable<string> WatchDriftAsync(StagedBundle bundle, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var watcher = new DriftWatcher(connection.Client, time, random, logs.CreateLogger<DriftWatcher>());
        var members = await IdsOfAsync(bundle, cancellationToken);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = watcher.RunAsync(NameOf(bundle.Channel), inventoryNamespace, members, watching: null, stopping.Token);
        try
        {
            await foreach (var notice in watcher.Notices.ReadAllAsync(cancellationToken))
            {
                yield return $"{notice.Id} ({notice.Kind})";
            }
        }
        finally
        {
            await stopping.CancelAsync();
            await watching.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private static string NameOf(ChannelSubscription channel) => $"edgesync-{channel.Name}";

    private static IReadOnlyList<ObjectOutcome> OutcomesOf(ApplyResult result) =>
        [.. result.Changes.Select(change => new ObjectOutcome(change.Id.ToString(), change.Action.ToString(), change.Failure?.Message))];

    // A cluster that was lost on the way is no fault of the bundle: come again later. What it refuses for good is.
    private static IReadOnlyList<ObjectFault> FaultsOf(ApplyResult result)
    {
        if (result.Failures.Count > 0 && result.Disposition != Disposition.Stalled)
        {
            throw new ReconciliationException(result.Failures[0].Failure!.Reason, $"the cluster did not take everything: {result.Failures[0]}", result.Failures[0].Failure);
        }

        return [.. result.Failures.Select(change => new ObjectFault(change.Id.ToString(), change.Failure!.Message))];
    }

    private static IReadOnlyList<ObjectFault> FaultsOf(IReadOnlyList<ObjectHealth> objects) =>
        [.. objects.Select(item => new ObjectFault(item.Id.ToString(), item.Message))];

    private ClusterApplier Applier() => new(connection.Client, time);

    private ApplyRequest RequestOf(StagedBundle bundle) =>
        new(NameOf(bundle.Channel), inventoryNamespace, bundle.Channel.Namespace, bundle.Content.Objects);

    // As they are in the cluster: namespaced objects with their namespace, the others without.
    private async Task<List<ObjectId>> IdsOfAsync(StagedBundle bundle, CancellationToken cancellationToken)
    {
        var ids = new List<ObjectId>();
        foreach (var item in bundle.Content.Objects)
        {
            var type = await connection.Client.FindTypeAsync(item.ApiVersion, item.Kind, cancellationToken);
            ids.Add(item.Id with { Namespace = type is { IsNamespaced: false } ? null : item.Namespace ?? bundle.Channel.Namespace });
        }

        return ids;
    }

    private sealed class ObjectCounter(string channel, PipelineStage stage, int total, IProgress<PipelineProgress> progress) : IProgress<ObjectChange>
    {
        private int _done;

        public void Report(ObjectChange value) =>
            progress.Report(new PipelineProgress(channel, stage, $"{value.Id} {value.Action}", Interlocked.Increment(ref _done), total));
    }

    private sealed class HealthCounter(string channel, int total, IProgress<PipelineProgress> progress) : IProgress<ObjectHealth>
    {
        private readonly ConcurrentDictionary<string, bool> _isCurrent = new(StringComparer.Ordinal);

        public void Report(ObjectHealth value)
        {
            _isCurrent[value.Id.Key] = value.State == Kubernetes.Health.HealthState.Current;
            progress.Report(new PipelineProgress(channel, PipelineStage.Confirm, "healthy objects", _isCurrent.Values.Count(isCurrent => isCurrent), total));
        }
    }
}
