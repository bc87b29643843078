using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using EdgeSync.Bundles.Reading;
using EdgeSync.Bundles.Values;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Releases;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Watch;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Releases;
using EdgeSync.Signing.Tests.Verification;
using EdgeSync.Signing.Verification;
using EdgeSync.Testing;

namespace EdgeSync.Reconciliation.Tests;

/// <summary>A site with real bundles in a real cache, and a registry, a cluster and a database that the test scripts.</summary>
internal sealed partial class LiveWorld : IReleaseSource, IBundleSource, IMirrorPublisher, IImageRuntime, ICluster, IClusterChange, ISiteStore, IStageHistory, IHoldStore, IEvidenceStore, ITrustedTimeSink, IDisposable
{
    private readonly TempDirectory _folder;
    private readonly ContentStore _cache;
    private readonly List<Descriptor> _bundles;
    private readonly SigningKey _trusted = SigningKey.Create("release");
    private readonly SigningKey _other = SigningKey.Create("other");
    private static readonly ObjectId Motto = new("v1", "ConfigMap", "default", "motto");
    private static readonly DriftNotice MottoChanged = new(Motto, DriftKind.Changed, "somebody") { Operation = "Update", Time = "2026-11-30T09:00:00Z" };

    private readonly Channel<DriftNotice> _drift = System.Threading.Channels.Channel.CreateUnbounded<DriftNotice>();
    private readonly MonotonicClock _steady;
    private ChannelRecord? _record;
    private byte[] _serves = [];

    private LiveWorld(TempDirectory folder, ContentStore cache, Descriptor[] bundles)
    {
        _folder = folder;
        _cache = cache;
        _bundles = [.. bundles];
        _steady = new MonotonicClock(Time);
        Judge = VerifySigned;
    }

    public static ChannelSubscription Channel { get; } = new("stable", "r.example/releases", TimeSpan.FromMinutes(1), "default", TimeSpan.FromMinutes(5));

    public ManualTimeProvider Time { get; } = new();

    public Meter Meter { get; } = new("tests");

    public bool IsBundleTrusted { get; set; } = true;

    /// <summary>The digests of two more bundles.</summary>
    public Digest Second => _bundles[1].Digest;

    public Digest Third => _bundles[2].Digest;

    public Digest First => _bundles[0].Digest;

    /// <summary>Verifies a bundle while bundles are trusted.</summary>
    public Func<Descriptor, VerifiedBundle> Judge { get; set; }

    /// <summary>The site's own values, from the next start on.</summary>
    public IReadOnlyDictionary<string, SiteValue> Values { get; set; } = new Dictionary<string, SiteValue>();

    /// <summary>What was written last to the cluster, or was tried.</summary>
    public IReadOnlyList<KubernetesObject> Begun { get; private set; } = [];

    /// <summary>What fetching waits for, as on a slow link.</summary>
    public Task FetchCompletes { get; set; } = Task.CompletedTask;

    public bool IsLinkUp { get; set; } = true;

    /// <summary>Whether the registry answers when it is asked for the channel's release.</summary>
    public bool IsPollAnswered { get; set; } = true;

    public bool IsContentLost { get; set; }

    public bool HasDrifted { get; set; }

    /// <summary>What an inspection of the live objects finds.</summary>
    public IReadOnlyList<string> Deviations { get; set; } = [];

    /// <summary>What a prune does.</summary>
    public IReadOnlyList<ObjectChange> Pruned { get; set; } = [];

    /// <summary>How often a watch for drift was begun.</summary>
    public int Watches { get; private set; }

    /// <summary>Counts the acknowledged repairs.</summary>
    public SemaphoreSlim Repairs { get; } = new(0);

    public bool IsHealthy { get; set; } = true;

    /// <summary>Why the cluster does not take the object, by dry run and by a write; null where it does.</summary>
    public Func<EdgeSyncException?> TrialRefused { get; set; } = () => null;

    public Func<EdgeSyncException?> WriteRefused { get; set; } = () => null;

    /// <summary>Why the site does not let the object become healthy, or null.</summary>
    public string? KeptUnhealthyBy { get; set; }

    /// <summary>Counts the dry runs of all objects, and those of one.</summary>
    public int Trials { get; private set; }

    public int Checks { get; private set; }

    /// <summary>How often the details of a failure were read.</summary>
    public int Explained { get; private set; }

    /// <summary>What health waits for, as pods do for an image.</summary>
    public Task HealthComes { get; set; } = Task.CompletedTask;

    public SemaphoreSlim HealthWaits { get; } = new(0);

    public TimeSpan Every { get; init; } = Channel.Every;

    /// <summary>The longest time that each wait for health could take.</summary>
    public ConcurrentQueue<TimeSpan> HealthLooks { get; } = [];

    public List<Equivocation> Kept { get; } = [];

    public List<DateTimeOffset> Proven { get; } = [];

    public event Action? Changed;

    public Hold? Hold { get; set { field = value; Changed?.Invoke(); } }

    /// <summary>The bundles that somebody revoked.</summary>
    public ConcurrentDictionary<Digest, string> Revoked { get; } = [];

    /// <summary>The release of each write to the cluster.</summary>
    public ConcurrentQueue<long> Applied { get; } = [];

    public List<AcknowledgementDraft> Acknowledged { get; } = [];

    public SemaphoreSlim Fetches { get; } = new(0);

    public SemaphoreSlim FetchesBegun { get; } = new(0);

    public SemaphoreSlim VainFetches { get; } = new(0);

    public ChannelRecord Record => _record!;

    public static async Task<LiveWorld> CreateAsync(TimeSpan? every = null)
    {
        var folder = new TempDirectory();
        var cache = await ContentStore.OpenAsync(folder["cache"], TimeProvider.System, default);
        var bundles = new List<Descriptor>();
        foreach (var version in new[] { "1", "2", "3" })
        {
            bundles.Add(await ShopBundle.BuildAsync(folder[$"shop-{version}"], version, cache, values: "", say: "1"));
        }

        return new LiveWorld(folder, cache, [.. bundles]) { Every = every ?? Channel.Every };
    }

    /// <summary>One more bundle, with these values and this text in its ConfigMap.</summary>
    public async Task<Digest> AddBundleAsync(string values, string say, string more = "")
    {
        _bundles.Add(await ShopBundle.BuildAsync(_folder["shop-values"], "4", _cache, values, say, more));
        return _bundles[^1].Digest;
    }

    /// <summary>Starts the site's channel, as after a restart, with the trusted keys or with others.</summary>
    public TestChannel Start(bool othersTrusted = false) => new(
        Factory(othersTrusted).Build(Channel with { Tenant = Tenant, Tag = Tag, Windows = Windows }, new ProgressHub(() => { }), new WakeSignal(), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance));

    public ChannelWorker StartWorker() => Factory(othersTrusted: false).Create(
        Channel with { Every = Every, Tag = Tag, Windows = Windows }, () => { }, Microsoft.Extensions.Logging.Abstractions.NullLogger<ChannelWorker>.Instance);

    public void Publish(
        long sequence, Digest? digest = null, TimeSpan? validFor = null, LabelSelector? sites = null, int epoch = 0, bool retryFailed = false, DateTimeOffset? notBefore = null)
    {
        var release = new ReleaseRecord
        {
            Channel = Channel.Name,
            Sequence = sequence,
            Epoch = epoch,
            RetryFailed = retryFailed,
            Urgent = IsUrgent,
            Sites = sites,
            NotBefore = notBefore,
            Bundle = new BundleRevision { Name = "shop", Version = "1", Repository = "r.example/shop", Digest = digest ?? _bundles[0].Digest },
            IssuedAt = Time.GetUtcNow(),
            ExpiresAt = Time.GetUtcNow() + (validFor ?? TimeSpan.FromDays(30)),
        };
        var payload = JsonSerializer.SerializeToUtf8Bytes(release, ContractsJsonContext.Default.ReleaseRecord);
        _serves = DsseSigner.Sign(ReleaseRecord.MediaType, payload, [_trusted]).ToBytes();
    }

    /// <summary>Somebody changes what is live, and the watch reports it.</summary>
    public void Drift()
    {
        HasDrifted = true;
        _drift.Writer.TryWrite(MottoChanged);
    }

    public void Commit(ChannelRecord record, params IReadOnlyList<AcknowledgementDraft> acknowledgements)
    {
        _record = record;
        Acknowledged.AddRange(acknowledgements);
        if (acknowledgements.Any(entry => entry.Event == AcknowledgementEvent.Repaired))
        {
            Repairs.Release();
        }

        if (acknowledgements.Any(entry => entry.Reason == ReasonCodes.ClusterReplaced))
        {
            Replacements.Release();
        }
    }

    public ChannelRecord Load(string channel) => _record ?? new ChannelRecord { Channel = channel };

    public Hold? Active(string channel) => Hold;

    public void Keep(Equivocation equivocation) => Kept.Add(equivocation);

    public void AdvanceLowerBound(DateTimeOffset time) => Proven.Add(time);

    public async Task<PollResult> PollAsync(ChannelSubscription channel, Digest? known, CancellationToken cancellationToken)
    {
        await PollCompletes.WaitAsync(cancellationToken);
        return !IsPollAnswered ? throw new ReconciliationException("RegistryUnreachable", "no route to r.example")
            : channel.Tag is not null ? PollTag(known)
            : known == Digest.Of(_serves) ? new PollResult.Unchanged()
            : new PollResult.Found(Digest.Of(_serves), new SignedRelease(_serves));
    }

    public Task<SignedRelease> RecallAsync(ChannelSubscription channel, ReleaseCopy copy, CancellationToken cancellationToken) =>
        Task.FromResult(new SignedRelease(copy.Envelope));

    public Task<VerifiedBundle> VerifyAsync(string channel, BundleRevision bundle, CancellationToken cancellationToken) => IsBundleTrusted
        ? Task.FromResult(Judge(_bundles.Single(known => known.Digest == bundle.Digest)))
        : Task.FromException<VerifiedBundle>(new ReconciliationException(ReasonCodes.SignatureUntrusted, "signed by others")
        {
            Disposition = Disposition.Stalled,
            ExitCode = ExitCodes.NotTrusted,
        });

    public Task FetchContentAsync(string channel, VerifiedBundle bundle, string repository, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<long> FetchAsync(
        string channel, VerifiedBundle bundle, string repository, IReadOnlySet<Digest> leftOut, IProgress<PipelineProgress> progress, Action<long> lacking, CancellationToken cancellationToken)
    {
        lacking(LackingBytes);
        FetchesBegun.Release();
        await FetchCompletes.WaitAsync(cancellationToken);
        await FetchAsync();
        return FetchedBytes;
    }

    public async Task FetchAsync(string channel, RunningBundle bundle, IReadOnlySet<Digest> leftOut, IProgress<PipelineProgress> progress, CancellationToken cancellationToken)
    {
        await CheckCompletes.WaitAsync(cancellationToken);
        await FetchAsync();
    }

    public Task<OpenedBundle> OpenAsync(VerifiedBundle bundle, ValueSources values, CancellationToken cancellationToken) => BundleReader.OpenAsync(bundle, _cache, values, cancellationToken);

    public Task<OpenedBundle> OpenAsync(RunningBundle bundle, ValueSources values, CancellationToken cancellationToken) => BundleReader.OpenAsync(bundle, _cache, values, cancellationToken);

    private Task FetchAsync()
    {
        if (IsContentLost && !IsLinkUp)
        {
            VainFetches.Release();
            return Task.FromException(new StorageException("RegistryUnreachable", "no route to r.example"));
        }

        IsContentLost = false;
        Fetches.Release();
        return Task.CompletedTask;
    }

    private VerifiedBundle VerifySigned(Descriptor index)
    {
        var policy = new TrustPolicy(new KeyRing("release", [_trusted.PublicKey], 1), new KeyRing("bundle", [_trusted.PublicKey], 1));
        var signature = SignatureFixture.Artifact(SignatureFixture.Layer(_trusted, new SimpleSigningPayload(index.Digest, "r.example/shop").ToBytes()));
        return Assert.IsType<BundleVerdict.Trusted>(
            BundleVerifier.Verify(index, [signature], policy, TrustPlace.Unknown, DateTimeOffset.UnixEpoch)).Bundle;
    }

    public Task<string> GetVersionAsync(CancellationToken cancellationToken) => Task.FromResult("v1.31.4");

    public IClusterChange Begin(DesiredState bundle)
    {
        Applied.Enqueue(bundle.Summary.Sequence);
        NoteBegun(bundle);
        return this;
    }

    public Task<ApplyResult> TryAsync(CancellationToken cancellationToken)
    {
        Trials++;
        return Task.FromResult(new ApplyResult(TrialRefused() is { } refusal ? [new ObjectChange(Motto, ChangeAction.Failed, refusal)] : []));
    }

    public Task<EdgeSyncException?> TryAgainAsync(ObjectId id, CancellationToken cancellationToken)
    {
        Checks++;
        return Task.FromResult(TrialRefused());
    }

    public Task<ApplyResult> ApplyAsync(
        IReadOnlyList<BundleComponent> components, IProgress<ObjectChange> progress, CancellationToken cancellationToken)
    {
        if ((TrialRefused() ?? WriteRefused()) is { } refusal)
        {
            return Task.FromResult(new ApplyResult([new ObjectChange(Motto, ChangeAction.Failed, refusal)]));
        }

        NoteWrite(components);
        var action = HasDrifted ? ChangeAction.Configured : ChangeAction.Unchanged;
        HasDrifted = false;
        return Task.FromResult(new ApplyResult([new ObjectChange(Motto, action)]));
    }

    public IReadOnlySet<string> Healthy => new HashSet<string>();

    public IReadOnlyList<ObjectId> Identify(BundleComponent component) => [Motto];

    private async Task<HealthOutcome> AwaitObjectsAsync(IReadOnlyList<HealthGroup> groups, CancellationToken cancellationToken)
    {
        HealthLooks.Enqueue(groups[0].Deadline - _steady.GetUtcNow());
        HealthWaits.Release();
        await HealthComes.WaitAsync(cancellationToken);
        if (KeptUnhealthyBy is { } kept)
        {
            return new HealthOutcome.TimedOut(
                [new ObjectHealth(new ObjectId("apps/v1", "Deployment", "shop", "web"), HealthState.InProgress, "its pods cannot be created") { SiteReason = kept }],
                groups[0].Name);
        }

        return IsHealthy
            ? new HealthOutcome.Healthy(groups.Select(group => group.Name).ToHashSet(StringComparer.Ordinal))
            : new HealthOutcome.Failed(
                [new ObjectHealth(new ObjectId("apps/v1", "Deployment", "shop", "web"), HealthState.Failed, "CrashLoopBackOff")], groups[0].Name);
    }

    public Task<IReadOnlyList<string>> ExplainAsync(IReadOnlyList<ObjectHealth> unhealthy, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. unhealthy.Select(health => $"event of {health.Id}, try {++Explained}: BackOff")]);

    public async IAsyncEnumerable<DriftNotice> WatchDriftAsync(DesiredState bundle, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BeginWatch();
        if (HasDrifted)
        {
            // The first list of a watch reports what is missing.
            yield return MottoChanged;
        }

        await foreach (var notice in _drift.Reader.ReadAllAsync(cancellationToken))
        {
            yield return notice;
        }
    }

    public void Dispose()
    {
        _cache.Dispose();
        _trusted.Dispose();
        _other.Dispose();
        _folder.Dispose();
        Fetches.Dispose();
        Meter.Dispose();
        FetchesBegun.Dispose();
        HealthWaits.Dispose();
        Repairs.Dispose();
        Replacements.Dispose();
        VainFetches.Dispose();
    }

    private ChannelWorkerFactory Factory(bool othersTrusted)
    {
        var key = (othersTrusted ? _other : _trusted).PublicKey;
        var trust = new LiveTrust(PolicyOf(key), Revoked);
        return new ChannelWorkerFactory(
            new SiteProfile("retail", "store-0042", new Dictionary<string, string>(), "0.1.0") { Values = Values, IsRebuiltByHand = IsRebuiltByHand, IsOnePass = IsOnePass },
            trust, this, this, this, this, this, new PrunePolicy(), this, this, this, this, this, this, this, new PipelineClocks(Time, _steady), new Random(1), new PipelineMetrics(Meter));
    }
}
