using System.Collections.Concurrent;
using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Releases;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Reconciliation.Tests;

/// <summary>What a site waits for, and what the scripted cluster has and does when single objects are restored.</summary>
internal sealed partial class LiveWorld
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <summary>What a poll waits for, as with a registry that accepts and never answers.</summary>
    public Task PollCompletes { get; set; } = Task.CompletedTask;

    /// <summary>What the check of the content in the cache waits for, as with big blobs that are hashed.</summary>
    public Task CheckCompletes { get; set; } = Task.CompletedTask;

    /// <summary>Why no watch can begin, or null.</summary>
    public EdgeSyncException? WatchRefused { get; set; }

    /// <summary>Counts the writes of whole components.</summary>
    public int WholeWrites { get; private set; }

    /// <summary>Counts writes from here on.</summary>
    public void ForgetWrites()
    {
        WholeWrites = 0;
        Restored.Clear();
    }

    /// <summary>The objects of each restore of single objects.</summary>
    public ConcurrentQueue<IReadOnlyCollection<ObjectId>> Restored { get; } = [];

    /// <summary>Whether a restore of single objects does, and what it leaves behind.</summary>
    public bool IsRestoreEnough { get; set; } = true;

    public string? RestoreDeviation { get; set; }

    /// <summary>Which cluster it is.</summary>
    public string? Cluster { get; set; } = "first";

    /// <summary>The plain tag that the channel follows, from the next start on; null where it follows signed releases.</summary>
    public string? Tag { get; set; }

    /// <summary>The bundle that the plain tag names.</summary>
    public Digest TagNames { get; set; }

    private PollResult PollTag(Digest? known) => known == TagNames
        ? new PollResult.Unchanged()
        : new PollResult.Named(new BundleRevision { Name = "shop", Version = "1", Repository = Channel.Repository, Digest = TagNames });

    /// <summary>Whether a person has to allow that another cluster is written to.</summary>
    public bool IsRebuiltByHand { get; set; }

    /// <summary>Whether workers make one pass and end.</summary>
    public bool IsOnePass { get; set; }

    /// <summary>Counts the acknowledgements about another cluster.</summary>
    public SemaphoreSlim Replacements { get; } = new(0);

    /// <summary>Counts the prunes of the cluster.</summary>
    public int Prunes { get; private set; }

    public Task<string?> GetIdentityAsync(CancellationToken cancellationToken) => Task.FromResult(Cluster);

    /// <summary>What the channel may bring; null where there is no limit.</summary>
    public TenantLimits? Tenant { get; set; }

    /// <summary>Why the cluster does not take a restored object now, or null.</summary>
    public Func<EdgeSyncException?> RestoreRefused { get; set; } = () => null;

    public Task<RestoreResult> RestoreAsync(IReadOnlyCollection<ObjectId> drifted, CancellationToken cancellationToken)
    {
        Restored.Enqueue(drifted);
        if (RestoreRefused() is { } refusal)
        {
            return Task.FromResult(new RestoreResult([new ObjectRestore(Motto, new ObjectChange(Motto, ChangeAction.Failed, refusal), null, true)]));
        }

        var change = HasDrifted && IsRestoreEnough ? new ObjectChange(Motto, ChangeAction.Configured) : null;
        HasDrifted &= !IsRestoreEnough;
        return Task.FromResult(new RestoreResult([new ObjectRestore(Motto, change, RestoreDeviation, IsRestoreEnough)]) { IsEnough = IsRestoreEnough });
    }

    public Task OfferAsync(string channel, OpenedBundle bundle, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task KeepAsync(string channel, IReadOnlyCollection<Digest> bundles, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task EnsureAsync(string reference, CancellationToken cancellationToken) => Task.CompletedTask;

    private void BeginWatch()
    {
        Watches++;
        if (WatchRefused is { } refusal)
        {
            throw refusal;
        }
    }

    /// <summary>Whether the object is another channel's.</summary>
    public bool IsOfAnotherChannel { get; set; }

    public Task<ApplyResult> PruneAsync(DesiredState bundle, PrunePlan plan, CancellationToken cancellationToken)
    {
        Prunes++;
        return Task.FromResult(new ApplyResult(Pruned));
    }

    public Task<PrunePlan> PlanPruneAsync(DesiredState bundle, CancellationToken cancellationToken) => Task.FromResult(PlanPrune(bundle.Content.Objects));

    public Task<(IReadOnlyList<string> Deviations, PrunePlan Plan)> InspectAsync(CancellationToken cancellationToken) =>
        Task.FromResult((Deviations, PlanPrune([])));

    private PrunePlan PlanPrune(IReadOnlyList<KubernetesObject> objects) => new(new ApplyRequest("edgesync-stable", "default", "default", objects), [], 1)
    {
        Wanted = [Motto],
        OfOthers = IsOfAnotherChannel ? [(Motto, "edgesync-other")] : [],
    };

    /// <summary>A process of its own: it starts, makes one pass, and ends.</summary>
    public async Task<ChannelStatus> PassOnceAsync()
    {
        await using var worker = StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        var status = await worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Bound));
        return status;
    }
}
