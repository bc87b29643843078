using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using EdgeSync.Agent.Configuration;
using EdgeSync.Bundles.Linting;
using EdgeSync.Bundles.Reading;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Snapshots;
using EdgeSync.Kubernetes.Watch;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.Ports;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Cluster;

/// <summary>The local cluster through its API server. Each channel has its own ApplySet.</summary>
internal sealed partial class ClusterAdapter(
    ClusterConnection connection,
    ClusterSection cluster,
    IReadOnlyList<string> channels,
    string stateDirectory,
    TimeProvider time,
    RetryPolicy retries,
    ILoggerFactory logs) : ICluster
{
    private readonly ConcurrentDictionary<string, Lazy<KnownObjects>> _known = new(StringComparer.Ordinal);

    public Task<string> GetVersionAsync(CancellationToken cancellationToken) => connection.Client.GetVersionAsync(cancellationToken);

    // The API server makes this namespace when its database is new, and nobody can delete it.
    public async Task<string?> GetIdentityAsync(CancellationToken cancellationToken) =>
        (await connection.Client.GetAsync(new ObjectId("v1", "Namespace", null, "kube-system"), cancellationToken)).Text("metadata", "uid");

    public IClusterChange Begin(DesiredState bundle) => Begin(bundle, RequestOf(bundle));

    public IClusterChange BeginHooks(DesiredState bundle, IReadOnlyList<KubernetesObject> needs) => Begin(bundle, RequestOf(bundle) with { Objects = needs, TriesHooks = false });

    public IVolumeSnapshots SnapshotsOf(DesiredState bundle) => new VolumeSnapshots(
        connection.ClientFor(bundle.Channel.Tenant?.Account), time, ApplySet.IdOf(NameOf(bundle.Channel.Name), cluster.InventoryNamespace), bundle.Channel.Namespace);

    private Change Begin(DesiredState bundle, ApplyRequest request) =>
        new(
            Applier(bundle),
            request,
            new HealthWaiter(connection.Client, new HealthOptions { Selector = SelectorOf(bundle.Channel.Name) }, time),
            new FailureDetails(connection.Client, cluster.ReportLogs, time),
            () => Store(bundle.Channel.Name),
            logs.CreateLogger<ClusterAdapter>());

    public Task<PrunePlan> PlanPruneAsync(DesiredState bundle, CancellationToken cancellationToken) =>
        Applier(bundle).PlanPruneAsync(RequestOf(bundle), cancellationToken);

    public Task<ApplyResult> PruneAsync(DesiredState bundle, PrunePlan plan, CancellationToken cancellationToken) =>
        Applier(bundle).PruneAsync(plan, progress: null, cancellationToken);

    public async IAsyncEnumerable<DriftNotice> WatchDriftAsync(DesiredState bundle, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var watcher = new DriftWatcher(connection.Client, time, retries, logs.CreateLogger<DriftWatcher>());
        var members = await Applier(bundle).IdentifyAsync(RequestOf(bundle), cancellationToken);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = watcher.RunAsync(NameOf(bundle.Channel.Name), cluster.InventoryNamespace, members, watching: null, stopping.Token);
        try
        {
            await foreach (var notice in watcher.Notices.ReadAllAsync(cancellationToken))
            {
                yield return notice;
            }
        }
        finally
        {
            await stopping.CancelAsync();
            await watching.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>The name of the channel's ApplySet.</summary>
    internal static string NameOf(string channel) => $"edgesync-{channel}";

    /// <summary>How the channel's objects are applied. Fields of what is live were EdgeSync's already, so that they are restored also where a release may not take any.</summary>
    internal static ApplyOptions OptionsFor(ChannelSubscription channel, bool isLive, bool allowDestructive) =>
        new() { AllowDestructive = allowDestructive, Conflicts = channel.Conflicts, RefusesConflicts = !isLive, Ignore = channel.Ignore };

    private string SelectorOf(string channel) => $"{ApplySet.PartOfLabel}={ApplySet.IdOf(NameOf(channel), cluster.InventoryNamespace)}";

    private ClusterApplier Applier(DesiredState bundle) => new(connection.ClientFor(bundle.Channel.Tenant?.Account), time, KnownOf(bundle.Channel.Name));

    private KnownObjects KnownOf(string channel) =>
        _known.GetOrAdd(channel, name => new Lazy<KnownObjects>(() => new KnownObjectsFile(stateDirectory, name).Read())).Value;

    private void Store(string channel)
    {
        if (KnownOf(channel) is var known && known.TakeChanged())
        {
            new KnownObjectsFile(stateDirectory, channel).Write(known);
        }
    }

    private ApplyRequest RequestOf(DesiredState bundle) =>
        new(NameOf(bundle.Channel.Name), cluster.InventoryNamespace, bundle.Channel.Namespace, bundle.Content.Objects)
        {
            Options = OptionsFor(bundle.Channel, bundle.IsLive, bundle.Release.AllowDestructive),
            Hooks = bundle.Content.Hooks,
            Content = bundle.Content.Index.Digest.ToString(),
            TriesHooks = !bundle.IsLive,
            IsValid = new ObjectCheck(bundle.Content.Objects).IsValid,
            OtherSets = [.. channels.Where(name => name != bundle.Channel.Name).Select(NameOf)],
        };

    [LoggerMessage(AgentEventIds.FieldsTaken, LogLevel.Information, "{Subject}: fields of another manager were taken over: {Fields}")]
    private static partial void LogTaken(ILogger logger, string subject, string fields);

    [LoggerMessage(AgentEventIds.FieldsLeft, LogLevel.Information, "{Subject}: fields stay with another manager: {Fields}")]
    private static partial void LogLeft(ILogger logger, string subject, string fields);

    private sealed class Change(ClusterApplier applier, ApplyRequest request, HealthWaiter waiter, FailureDetails details, Action store, ILogger logger) : IClusterChange
    {
        private readonly ApplySession _session = applier.Begin(request);

        public Task<ApplyResult> TryAsync(CancellationToken cancellationToken) => _session.TryAsync(cancellationToken);

        public async Task<EdgeSyncException?> TryAgainAsync(ObjectId id, CancellationToken cancellationToken) =>
            await _session.TryAgainAsync(id, cancellationToken);

        public async Task<ApplyResult> ApplyAsync(
            IReadOnlyList<BundleComponent> components, IProgress<ObjectChange> progress, CancellationToken cancellationToken)
        {
            var result = await _session.ApplyAsync([.. components.SelectMany(component => component.Objects)], progress, cancellationToken);
            LogConflicts(result.Changes);
            return result;
        }

        public Task<ObjectChange?> StartHookAsync(Hook hook, HookMoment moment, string attempt, CancellationToken cancellationToken) =>
            _session.StartHookAsync(hook, moment, attempt, cancellationToken);

        public Task<string?> FinishHookAsync(Hook hook, HookMoment moment, string attempt, CancellationToken cancellationToken) =>
            _session.FinishHookAsync(hook, moment, attempt, cancellationToken);

        public Task StopHookAsync(Hook hook, CancellationToken cancellationToken) => _session.StopHookAsync(hook, cancellationToken);

        public async Task<(IReadOnlyList<string> Deviations, PrunePlan Plan)> InspectAsync(CancellationToken cancellationToken)
        {
            var found = await _session.InspectAsync(cancellationToken);
            store();
            return found;
        }

        public async Task<RestoreResult> RestoreAsync(IReadOnlyCollection<ObjectId> drifted, CancellationToken cancellationToken)
        {
            var result = await applier.RestoreAsync(request, drifted, cancellationToken);
            store();
            LogConflicts(result.Objects.Select(restore => restore.Change).OfType<ObjectChange>());
            return result;
        }

        public IReadOnlySet<string> Healthy => _session.Healthy;

        public IReadOnlyList<ObjectId> Identify(BundleComponent component) => _session.Identify(component.Objects);

        public Task<HealthOutcome> AwaitHealthAsync(
            IReadOnlyList<HealthGroup> groups,
            Func<IReadOnlySet<string>, bool> isEnough,
            IProgress<ObjectHealth> progress,
            CancellationToken cancellationToken) => waiter.WaitAsync(groups, isEnough, progress, cancellationToken);

        public Task<IReadOnlyList<string>> ExplainAsync(IReadOnlyList<ObjectHealth> unhealthy, CancellationToken cancellationToken) =>
            details.ReadAsync(unhealthy, cancellationToken);

        private void LogConflicts(IEnumerable<ObjectChange> changes)
        {
            foreach (var change in changes.Where(change => change.Action != ChangeAction.Failed && change.Conflicts.Count > 0))
            {
                if (change.Policy == ConflictPolicy.Leave)
                {
                    LogLeft(logger, change.Id.ToString(), FieldConflict.Describe(change.Conflicts));
                }
                else
                {
                    LogTaken(logger, change.Id.ToString(), FieldConflict.Describe(change.Conflicts));
                }
            }
        }
    }
}
