using System.Collections.Concurrent;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Reconciliation.Drift;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.Windows;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Reconciliation.Channels;

/// <summary>
/// Builds the pipeline of a channel: each step gets the ports that it needs. One factory makes the workers of all channels of a site, so that only one of
/// them changes the cluster at a time.
/// </summary>
/// <param name="site">What this site is.</param>
/// <param name="trust">Whom it trusts.</param>
/// <param name="releases">Where release records come from.</param>
/// <param name="bundles">Where bundles come from.</param>
/// <param name="mirror">What the mirror serves.</param>
/// <param name="runtime">The container runtime.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="prunePolicy">How much a release may delete.</param>
/// <param name="store">The durable state.</param>
/// <param name="history">How long the stages took.</param>
/// <param name="holds">The holds.</param>
/// <param name="limits">The deadline of a preflight.</param>
/// <param name="interlocks">The interlocks.</param>
/// <param name="evidence">Stores proofs of double signatures.</param>
/// <param name="trustedTime">Takes proven times.</param>
/// <param name="clocks">The clocks.</param>
/// <param name="random">The source of jitter.</param>
/// <param name="metrics">Counts what the pipelines do.</param>
public sealed class ChannelWorkerFactory(
    SiteProfile site,
    ISiteTrust trust,
    IReleaseSource releases,
    IBundleSource bundles,
    IMirrorPublisher mirror,
    IImageRuntime runtime,
    ICluster cluster,
    PrunePolicy prunePolicy,
    ISiteStore store,
    IStageHistory history,
    IHoldStore holds,
    IActivationLimits limits,
    IInterlocks interlocks,
    IEvidenceStore evidence,
    ITrustedTimeSink trustedTime,
    PipelineClocks clocks,
    Random random,
    PipelineMetrics metrics) : IDisposable
{
    private readonly ActivationLock _activationLock = new();
    private readonly ObjectClaims _claims = new();
    private readonly ConcurrentQueue<ChannelJournal> _journals = [];

    /// <summary>
    /// A worker for this channel. It calls <paramref name="statusChanged"/> after every change of its status except the time of the last poll.
    /// </summary>
    public ChannelWorker Create(ChannelSubscription channel, Action statusChanged, ILogger<ChannelWorker> logger) =>
        new(channel, Build, trust, clocks, new Random(random.Next()), metrics, statusChanged, logger);

    /// <inheritdoc/>
    public void Dispose() => _activationLock.Dispose();

    /// <summary>
    /// The pipeline of a channel. <paramref name="wake"/> wakes the loop that keeps what is live; it has its own steps for that, so that it shares nothing with
    /// the loop that follows the channel but the record, what is recalled, and whose turn it is.
    /// </summary>
    internal ChannelPipeline Build(ChannelSubscription channel, ProgressHub hub, WakeSignal wake, ILogger logger)
    {
        // A tenant's change runs beside those of others: its broken release must not delay them, and they cannot have the same objects.
        var activationLock = channel.Tenant is null ? _activationLock : new ActivationLock();
        var progress = hub.Following;
        var (following, keeping) = (new Random(random.Next()), new Random(random.Next()));
        var verify = new VerifyStep(channel, site, releases, bundles, trust, trustedTime, clocks.Site);
        var times = new StageTimes(channel, history, clocks.Site);
        var windows = new WindowGate(channel, times, clocks.Site);
        var deadline = new DeadlineGate(channel, limits, history, clocks.Site);
        var fetch = new FetchStep(channel, site, bundles, new RequirementsCheck(cluster, site), windows, deadline, times, progress);
        var stage = new StageStep(channel, mirror, runtime, progress);
        var journal = new ChannelJournal(store.Load(channel.Name), new AcknowledgeStep(store, metrics, logger));
        _journals.Enqueue(journal);
        var recall = new RecallStep(channel, site, trust, verify, bundles, mirror, stage, progress);
        var guard = new ClusterGuard(cluster, journal, _journals, recall, site.IsRebuiltByHand, clocks.Site);
        ICluster guarded = site.IsRebuiltByHand ? new GuardedCluster(cluster, guard) : cluster;
        var patience = new SitePatience(channel.Name, progress, clocks.Monotonic, following);
        var apply = new ApplyStep(guarded, new ConfirmStep(progress), patience, progress, clocks.Monotonic, metrics);
        var prune = new PruneStep(guarded, mirror, prunePolicy, _claims, patience, metrics);
        var interlockGate = new InterlockGate(channel, interlocks);
        var steps = new PipelineSteps
        {
            Discover = new DiscoverStep(channel, site, releases, verify, trust, trustedTime, evidence, clocks.Site),
            Prepare = new Preparation(channel, trust, verify, fetch, stage, times, progress),
            Gate = new GateStep(trust, holds, windows, deadline, interlockGate, clocks.Site),
            Windows = windows,
            Apply = apply,
            Hooks = new HookStep(guarded, apply, patience, progress, clocks.Monotonic, logger),
            Snapshots = new SnapshotStep(guarded, patience, progress, clocks.Monotonic, logger),
            Prune = prune,
            RollBack = new RollBackStep(apply, prune, activationLock, progress),
            Recall = recall,
            ActivationLock = activationLock,
            Times = times,
        };
        var watch = new ActivationWatch(channel, clocks.Site, logger);
        var turn = new ChannelTurn(() => wake.Set(poll: false));
        var machine = new ChannelStateMachine(
            journal, steps, turn, watch, new SiteWait(clocks.Monotonic, following), trust, clocks.Site, logger);
        var keepersPatience = new SitePatience(channel.Name, hub.Keeping, clocks.Monotonic, keeping);
        var repair = new ApplyStep(guarded, new ConfirmStep(hub.Keeping), keepersPatience, hub.Keeping, clocks.Monotonic, metrics);
        var hooks = new HookStep(guarded, repair, keepersPatience, hub.Keeping, clocks.Monotonic, logger);
        var live = new LiveWatch(cluster, wake, site.IsOnePass, logger);
        var drift = new DriftLoop(machine, repair, hooks, activationLock, turn, guard, live, clocks.Monotonic, keeping);

        // The agent's own changes need no watch. While a release is fetched, waits or is refused, what runs is watched and repaired as usual.
        turn.Begun = drift.BeginChangeAsync;
        return new ChannelPipeline(journal, machine, drift, windows, deadline, interlockGate);
    }
}

/// <summary>The clocks of the pipeline.</summary>
/// <param name="Site">What time it is, by everything that the site has proof of.</param>
/// <param name="Monotonic">For deadlines and pauses; no setting of the machine's clock moves it. The cluster's deadlines use it too.</param>
public sealed record PipelineClocks(TimeProvider Site, TimeProvider Monotonic);

/// <summary>One channel's record, state machine and drift loop.</summary>
/// <param name="Journal">The durable record.</param>
/// <param name="Machine">Walks releases through the steps.</param>
/// <param name="Drift">Keeps what is live.</param>
/// <param name="Windows">Keeps downloads and activations to their windows.</param>
/// <param name="Deadline">Keeps the deadline of a preflight.</param>
/// <param name="Interlocks">Keeps activations away while an interlock is closed.</param>
internal sealed record ChannelPipeline(
    ChannelJournal Journal, ChannelStateMachine Machine, DriftLoop Drift, WindowGate Windows, DeadlineGate Deadline, InterlockGate Interlocks);
