using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using EdgeSync.Bundles.Building;
using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Releases;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.Staging;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Releases;
using EdgeSync.Signing.Verification;
using EdgeSync.Testing;

namespace EdgeSync.Reconciliation.Tests.Channels;

/// <summary>A site with a real bundle in a real cache, and a registry, a cluster and a database that the test scripts.</summary>
internal sealed class LiveWorld : IReleaseSource, IBundleSource, IImageShelf, IImageRuntime, ICluster, IClusterChange, ISiteStore, IHoldStore, IEvidenceStore, ITimeWitness, IDisposable
{
    private readonly TempDirectory _folder;
    private readonly ContentStore _cache;
    private readonly Descriptor _bundle;
    private readonly SigningKey _trusted = SigningKey.Create("release");
    private readonly SigningKey _other = SigningKey.Create("other");
    private static readonly DriftSign Motto = new("ConfigMap default/motto", "Changed", "somebody");

    private readonly Channel<DriftSign> _drift = System.Threading.Channels.Channel.CreateUnbounded<DriftSign>();
    private readonly MonotonicClock _steady;
    private ChannelRecord? _record;
    private byte[] _serves = [];

    private LiveWorld(TempDirectory folder, ContentStore cache, Descriptor bundle)
    {
        _folder = folder;
        _cache = cache;
        _bundle = bundle;
        _steady = new MonotonicClock(Time);
    }

    public static ChannelSubscription Channel { get; } = new("stable", "r.example/releases", TimeSpan.FromMinutes(1), "default", TimeSpan.FromMinutes(5));

    public ManualTimeProvider Time { get; } = new();

    public bool IsBundleTrusted { get; set; } = true;

    /// <summary>Judges the bundle while it is trusted.</summary>
    public Func<Descriptor, VerifiedBundle> Judge { get; set; } = BundleVerifier.Uphold;

    public bool IsLinkUp { get; set; } = true;

    public bool IsContentLost { get; set; }

    public bool HasDrifted { get; set; }

    /// <summary>How often a watch for drift was begun.</summary>
    public int Watches { get; private set; }

    /// <summary>Counts the acknowledged repairs.</summary>
    public SemaphoreSlim Repairs { get; } = new(0);

    public bool IsHealthy { get; set; } = true;

    /// <summary>What health waits for, as pods do for an image.</summary>
    public Task HealthComes { get; set; } = Task.CompletedTask;

    public SemaphoreSlim HealthWaits { get; } = new(0);

    public TimeSpan Every { get; init; } = Channel.Every;

    /// <summary>How long health was waited for at most, each time that it was.</summary>
    public ConcurrentQueue<TimeSpan> HealthLooks { get; } = [];

    public List<Equivocation> Kept { get; } = [];

    public List<DateTimeOffset> Proven { get; } = [];

    public Hold? Hold { get; set; }

    /// <summary>The bundles that somebody revoked.</summary>
    public ConcurrentDictionary<Digest, string> Revoked { get; } = [];

    /// <summary>How often something was written to the cluster, by the release that it was of.</summary>
    public ConcurrentQueue<long> Applied { get; } = [];

    public List<AcknowledgementDraft> Acknowledged { get; } = [];

    public SemaphoreSlim Fetches { get; } = new(0);

    public SemaphoreSlim VainFetches { get; } = new(0);

    public ChannelRecord Record => _record!;

    public static async Task<LiveWorld> CreateAsync(TimeSpan? every = null)
    {
        var folder = new TempDirectory();
        Directory.CreateDirectory(folder["shop"]);
        await File.WriteAllTextAsync(Path.Combine(folder["shop"], "bundle.yaml"), "schema: edgesync.dev/bundle/v1\nname: shop\nversion: \"1\"\n");
        await File.WriteAllTextAsync(
            Path.Combine(folder["shop"], "shop.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: motto}\ndata: {say: '1'}\n");
        var cache = await ContentStore.OpenAsync(folder["cache"], TimeProvider.System, default);
        using var images = new ImageSources(null, TimeProvider.System);
        var built = await BundleBuilder.BuildAsync(folder["shop"], new BundleBuildOptions(), images, cache, null, default);
        return new LiveWorld(folder, cache, built.Descriptor) { Every = every ?? Channel.Every };
    }

    /// <summary>Starts the site's reconciler, as after a restart, with the trusted keys or with others.</summary>
    public ChannelReconciler Start(bool othersTrusted = false) => new(
        Channel, Ports(othersTrusted), new Progress<PipelineProgress>(), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

    public ChannelWorker StartWorker() => new(
        Channel with { Every = Every }, Ports(false), () => { }, Microsoft.Extensions.Logging.Abstractions.NullLogger<ChannelWorker>.Instance);

    public void Publish(long sequence, Digest? digest = null, TimeSpan? validFor = null, LabelSelector? sites = null, int epoch = 0)
    {
        var release = new ReleaseRecord
        {
            Channel = Channel.Name,
            Sequence = sequence,
            Epoch = epoch,
            Sites = sites,
            Bundle = new BundleRevision { Name = "shop", Version = "1", Repository = "r.example/shop", Digest = digest ?? _bundle.Digest },
            IssuedAt = Time.GetUtcNow(),
            ExpiresAt = Time.GetUtcNow() + (validFor ?? TimeSpan.FromDays(30)),
        };
        var payload = JsonSerializer.SerializeToUtf8Bytes(release, ContractsJsonContext.Default.ReleaseRecord);
        _serves = DsseSigner.Sign(ReleaseRecord.MediaType, payload, [_trusted]).ToBytes();
    }

    /// <summary>Somebody changes what is live, and who watches sees it.</summary>
    public void Drift()
    {
        HasDrifted = true;
        _drift.Writer.TryWrite(Motto);
    }

    public void Commit(ChannelRecord record, params IReadOnlyList<AcknowledgementDraft> acknowledgements)
    {
        _record = record;
        Acknowledged.AddRange(acknowledgements);
        if (acknowledgements.Any(entry => entry.Event == AcknowledgementEvent.Repaired))
        {
            Repairs.Release();
        }
    }

    public ChannelRecord Load(string channel) => _record ?? new ChannelRecord { Channel = channel };

    public Hold? Active(string channel) => Hold;

    public void Keep(Equivocation equivocation) => Kept.Add(equivocation);

    public void Prove(DateTimeOffset time) => Proven.Add(time);

    public Task<ReleaseLook> LookAsync(ChannelSubscription channel, Digest? known, CancellationToken cancellationToken) =>
        Task.FromResult<ReleaseLook>(known == Digest.Of(_serves) ? new ReleaseLook.Unchanged() : new ReleaseLook.Found(Digest.Of(_serves), new SignedRelease(_serves)));

    public Task<SignedRelease> RecallAsync(ChannelSubscription channel, ReleaseCopy copy, CancellationToken cancellationToken) =>
        Task.FromResult(new SignedRelease(copy.Envelope));

    public Task<VerifiedBundle> JudgeAsync(string channel, BundleRevision bundle, CancellationToken cancellationToken) => IsBundleTrusted
        ? Task.FromResult(Judge(_bundle))
        : Task.FromException<VerifiedBundle>(new ReconciliationException(ReasonCodes.SignatureUntrusted, "signed by others")
        {
            Disposition = Disposition.Stalled,
            ExitCode = ExitCodes.NotTrusted,
        });

    public Task<VerifiedBundle> UpholdAsync(BundleRevision bundle, CancellationToken cancellationToken) => Task.FromResult(BundleVerifier.Uphold(_bundle));

    public Task FetchContentAsync(VerifiedBundle bundle, string repository, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task FetchAsync(
        string channel, VerifiedBundle bundle, string repository, IProgress<PipelineProgress> progress, CancellationToken cancellationToken)
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

    public Task<OpenedBundle> OpenAsync(VerifiedBundle bundle, CancellationToken cancellationToken) => BundleReader.OpenAsync(bundle, _cache, cancellationToken);

    public Task OfferAsync(string channel, OpenedBundle bundle, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task KeepAsync(string channel, IReadOnlyCollection<Digest> bundles, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task EnsureAsync(string reference, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string> VersionAsync(CancellationToken cancellationToken) => Task.FromResult("v1.31.4");

    public Task<PrunePreview> PreviewPruneAsync(StagedBundle bundle, CancellationToken cancellationToken) => Task.FromResult(new PrunePreview([], null));

    public IClusterChange Begin(StagedBundle bundle)
    {
        Applied.Enqueue(bundle.Summary.Sequence);
        return this;
    }

    public Task<ApplyReport> ApplyAsync(
        IReadOnlyList<BundleComponent> components, IProgress<PipelineProgress> progress, CancellationToken cancellationToken)
    {
        var action = HasDrifted ? "Configured" : "Unchanged";
        HasDrifted = false;
        return Task.FromResult(new ApplyReport([new ObjectOutcome("ConfigMap default/motto", action)], []));
    }

    public async Task<HealthReport> AwaitHealthAsync(
        IReadOnlyList<AwaitedComponent> components,
        Func<IReadOnlySet<string>, bool> isEnough,
        IProgress<PipelineProgress> progress,
        CancellationToken cancellationToken)
    {
        HealthLooks.Enqueue(components[0].Deadline - _steady.GetUtcNow());
        HealthWaits.Release();
        await HealthComes.WaitAsync(cancellationToken);
        return IsHealthy
            ? new HealthReport(HealthState.Healthy, []) { Healthy = components.Select(awaited => awaited.Component.Name).ToHashSet(StringComparer.Ordinal) }
            : new HealthReport(HealthState.Failed, [new ObjectFault("Deployment shop/web", "CrashLoopBackOff")]) { Component = components[0].Component.Name };
    }

    public Task<IReadOnlyList<ObjectOutcome>> PruneAsync(StagedBundle bundle, bool allowDestructive, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ObjectOutcome>>([]);

    public async IAsyncEnumerable<DriftSign> WatchDriftAsync(StagedBundle bundle, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Watches++;
        if (HasDrifted)
        {
            // What is missing is told by the first list of a watch.
            yield return Motto;
        }

        await foreach (var sign in _drift.Reader.ReadAllAsync(cancellationToken))
        {
            yield return sign;
        }
    }

    public void Dispose()
    {
        _cache.Dispose();
        _trusted.Dispose();
        _other.Dispose();
        _folder.Dispose();
        Fetches.Dispose();
        HealthWaits.Dispose();
        Repairs.Dispose();
        VainFetches.Dispose();
    }

    public SitePorts Ports(bool othersTrusted = false)
    {
        var key = (othersTrusted ? _other : _trusted).PublicKey;
        return new SitePorts
        {
            Site = new SiteProfile("retail", "store-0042", new Dictionary<string, string>(), "0.1.0"),
            Trust = new LiveTrust(new TrustPolicy(new KeyRing("release", [key], 1), new KeyRing("bundle", [key], 1)), Revoked),
            Releases = this,
            Bundles = this,
            Shelf = this,
            Runtime = this,
            Cluster = this,
            Store = this,
            Evidence = this,
            Witness = this,
            Holds = this,
            ActivationLock = new SemaphoreSlim(1, 1),
            Time = Time,
            Steady = _steady,
            Random = new Random(1),
        };
    }
}
