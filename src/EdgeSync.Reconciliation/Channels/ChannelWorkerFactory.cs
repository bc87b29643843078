using EdgeSync.Kubernetes.Apply;
using EdgeSync.Reconciliation.Drift;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.Ports;
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
/// <param name="holds">The holds.</param>
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
    IHoldStore holds,
    IEvidenceStore evidence,
    ITrustedTimeSink trustedTime,
    PipelineClocks clocks,
    Random random,
    PipelineMetrics metrics) : IDisposable
{
    private readonly ActivationLock _activationLock = new();
    private readonly ObjectClaims _claims = new();

    /// <summary>
    /// A worker for this channel. It calls <paramref name="statusChanged"/> after every change of its status except the time of the last poll.
    /// </summary>
    public ChannelWorker Create(ChannelSubscription channel, Action statusChanged, ILogger<ChannelWorker> logger) =>
        new(channel, Build, trust, clocks, random, metrics, statusChanged, logger);

    /// <inheritdoc/>
    public void Dispose() => _activationLock.Dispose();

    internal ChannelPipeline Build(ChannelSubscription channel, IProgress<PipelineProgress> progress, WakeSignal wake, ILogger logger)
    {
        var verify = new VerifyStep(channel, site, releases, bundles, trust, trustedTime, clocks.Site);
        var fetch = new FetchStep(channel, site, bundles, new RequirementsCheck(cluster, site), progress);
        var stage = new StageStep(channel, mirror, runtime, progress);
        var patience = new SitePatience(channel.Name, progress, clocks.Monotonic, random);
        var apply = new ApplyStep(cluster, new ConfirmStep(progress), patience, progress, clocks.Monotonic, metrics);
        var prune = new PruneStep(cluster, mirror, prunePolicy, _claims, patience, metrics);
        var steps = new PipelineSteps
        {
            Discover = new DiscoverStep(channel, site, releases, trust, trustedTime, evidence, clocks.Site),
            Prepare = new Preparation(channel, trust, verify, fetch, stage, progress),
            Gate = new GateStep(trust, holds, clocks.Site),
            Apply = apply,
            Prune = prune,
            RollBack = new RollBackStep(apply, prune, _activationLock, progress),
            Recall = new RecallStep(channel, site, trust, verify, bundles, mirror, stage, progress),
            ActivationLock = _activationLock,
        };
        var watch = new ActivationWatch(channel, clocks.Site, logger);
        var journal = new ChannelJournal(store.Load(channel.Name), new AcknowledgeStep(store, metrics, logger));
        var machine = new ChannelStateMachine(
            journal, steps, watch, new SiteWait(clocks.Monotonic, random), trust, clocks.Site, logger);
        var drift = new DriftLoop(machine, apply, _activationLock, watch, cluster, wake, clocks.Monotonic, random, logger);

        // The agent's own changes need no watch. While a release is fetched, waits or is refused, what runs is watched and repaired as usual.
        machine.BeforeChange = drift.StopWatchingAsync;
        machine.DuringStaging = drift.RunDuringAsync;
        return new ChannelPipeline(journal, machine, drift);
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
internal sealed record ChannelPipeline(ChannelJournal Journal, ChannelStateMachine Machine, DriftLoop Drift);
