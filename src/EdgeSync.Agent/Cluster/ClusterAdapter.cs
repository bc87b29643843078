using System.Runtime.CompilerServices;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Watch;
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

    public IClusterChange Begin(StagedBundle bundle) => new ClusterChange(
        bundle.Channel.Name,
        bundle.Content.Components.Count > 1,
        Applier().Begin(RequestOf(bundle)),
        new HealthWaiter(connection.Client, new HealthOptions(), time));

    public async Task<IReadOnlyList<ObjectOutcome>> PruneAsync(StagedBundle bundle, bool allowDestructive, CancellationToken cancellationToken)
    {
        var plan = await Applier().PlanPruneAsync(RequestOf(bundle), cancellationToken);
        if (!allowDestructive && policy.Objections(plan).Count > 0)
        {
            // What may not go stays, and what may goes: after a rollback, all that the failed bundle added but its data.
            plan = plan with { Candidates = [.. plan.Candidates.Where(candidate => !PrunePolicy.IsPrecious(candidate.Id))] };
        }

        var result = await Applier().PruneAsync(plan, progress: null, cancellationToken);
        ApplyAnswers.FaultsOf(result);
        return ApplyAnswers.OutcomesOf(result);
    }

    public async IAsyncEnumerable<DriftSign> WatchDriftAsync(StagedBundle bundle, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var watcher = new DriftWatcher(connection.Client, time, random, logs.CreateLogger<DriftWatcher>());
        var members = await Applier().IdentifyAsync(RequestOf(bundle), cancellationToken);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = watcher.RunAsync(NameOf(bundle.Channel), inventoryNamespace, members, watching: null, stopping.Token);
        try
        {
            await foreach (var notice in watcher.Notices.ReadAllAsync(cancellationToken))
            {
                yield return new DriftSign(notice.Id.ToString(), notice.Kind.ToString(), notice.Manager);
            }
        }
        finally
        {
            await stopping.CancelAsync();
            await watching.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private static string NameOf(ChannelSubscription channel) => $"edgesync-{channel.Name}";

    private ClusterApplier Applier() => new(connection.Client, time);

    private ApplyRequest RequestOf(StagedBundle bundle) =>
        new(NameOf(bundle.Channel), inventoryNamespace, bundle.Channel.Namespace, bundle.Content.Objects)
        {
            Options = new ApplyOptions { AllowDestructive = bundle.Release.AllowDestructive },
        };
}
