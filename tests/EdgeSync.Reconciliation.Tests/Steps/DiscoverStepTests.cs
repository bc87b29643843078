using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.Staging;
using EdgeSync.Reconciliation.State;
using EdgeSync.Reconciliation.Steps;
using EdgeSync.Reconciliation.Tests.Channels;
using EdgeSync.Signing.Artifacts;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Releases;
using EdgeSync.Signing.Tests.Verification;
using EdgeSync.Signing.Verification;
using EdgeSync.Testing;

namespace EdgeSync.Reconciliation.Tests.Steps;

public sealed class DiscoverStepTests : IAsyncLifetime
{
    private static readonly ChannelSubscription Channel = new("stable", "r.example/releases", TimeSpan.FromMinutes(1), "default", TimeSpan.FromMinutes(5));
    private static readonly LabelSelector South = new() { MatchLabels = new Dictionary<string, string> { ["region"] = "south" } };

    private readonly ManualTimeProvider _time = new();
    private readonly SigningKey _key = SigningKey.Create("release");
    private readonly MemoryStore _store = new();
    private readonly Registry _registry = new();
    private LiveWorld _world = null!;

    [Fact]
    public async Task RunAsync_ReleaseForOtherSites_IsPassedOverWithoutAnAcknowledgement()
    {
        var running = await LookAsync(New(), Release(1));
        _store.Acknowledged.Clear();

        var record = await LookAsync(running, Release(2) with { Sites = South });

        Assert.Empty(_store.Acknowledged);
        Assert.Equal((2L, null, running.Target), (record.ForOthers, record.Refused, record.Target));
    }

    [Fact]
    public async Task RunAsync_AfterAReleaseForOtherSites_AnOlderOneIsStillAReplay()
    {
        var passedOver = await LookAsync(New(), Release(5) with { Sites = South });

        var record = await LookAsync(passedOver, Release(4));

        Assert.Equal((ReasonCodes.SequenceReplayed, null), (record.Refused?.Reason, record.ForOthers));
        Assert.Equal([AcknowledgementEvent.Rejected], _store.Acknowledged.Select(a => a.Event));
    }

    [Fact]
    public async Task RunAsync_ReleaseForThisSiteAfterOneForOthers_IsTaken()
    {
        var passedOver = await LookAsync(New(), Release(2) with { Sites = South });

        var record = await LookAsync(passedOver, Release(3));

        Assert.Equal((3L, null), (record.Target?.Summary.Sequence, record.ForOthers));
        Assert.Equal([AcknowledgementEvent.Received], _store.Acknowledged.Select(a => a.Event));
    }

    [Fact]
    public async Task RunAsync_RefusedReleaseFollowedByOneForOthers_IsNoLongerRejected()
    {
        var running = await LookAsync(New(), Release(4));
        var refused = await LookAsync(running, Release(3));

        var record = await LookAsync(refused, Release(5) with { Sites = South });

        Assert.Equal(ReasonCodes.SequenceReplayed, refused.Refused?.Reason);
        Assert.Equal((null, 5L), (record.Refused, record.ForOthers));
    }

    [Fact]
    public async Task RunAsync_SameNumberOtherContent_IsRefusedAndBothRecordsAreKept()
    {
        var running = await LookAsync(New(), Release(4));
        var first = _registry.Serves;

        var record = await LookAsync(running, Release(4) with { AllowDestructive = true });

        var kept = Assert.Single(_world.Kept);
        Assert.Equal(ReasonCodes.SequenceEquivocation, record.Refused?.Reason);
        Assert.Equal(running.Target, record.Target);
        Assert.Equal(running.HighestSeen, kept.Seen);
        Assert.Equal(first, kept.SeenEnvelope);
        Assert.Equal(_registry.Serves, kept.FoundEnvelope);
        Assert.Contains(kept.Seen.Payload.ToString(), _store.Acknowledged[^1].Message, StringComparison.Ordinal);
        Assert.Contains(kept.Found.Payload.ToString(), _store.Acknowledged[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_EquivocationOfAReleaseForOthers_KeepsThatOneToo()
    {
        var running = await LookAsync(New(), Release(4));
        var passedOver = await LookAsync(running, Release(5) with { Sites = South });
        var first = _registry.Serves;

        await LookAsync(passedOver, Release(5));

        var kept = Assert.Single(_world.Kept);
        Assert.Equal(first, kept.SeenEnvelope);
        Assert.Equal(_registry.Serves, kept.FoundEnvelope);
    }

    [Fact]
    public async Task RunAsync_EquivocationWhereOnlyTheDigestIsRemembered_KeepsWhatThereIs()
    {
        var remembered = New() with { HighestSeen = new SeenRelease(4, Digest.Of("lost"u8)) };

        await LookAsync(remembered, Release(4));

        var kept = Assert.Single(_world.Kept);
        Assert.Equal((null, Digest.Of("lost"u8)), (kept.SeenEnvelope, kept.Seen.Payload));
    }

    [Fact]
    public async Task RunAsync_RememberedSequenceWithoutARecord_RefusesWhatIsLower()
    {
        var record = await LookAsync(New() with { HighestSeen = new SeenRelease(9, Digest.Of("lost"u8)) }, Release(8));

        Assert.Equal((ReasonCodes.SequenceReplayed, null), (record.Refused?.Reason, record.Target));
    }

    [Fact]
    public async Task RunAsync_NewEpoch_IsTakenThoughItsSequenceIsLower()
    {
        var running = await LookAsync(New(), Release(1L << 53));

        var record = await LookAsync(running, Release(1) with { Epoch = 1 });

        Assert.Equal((1L, 1), (record.Target?.Summary.Sequence, record.Target?.Summary.Epoch));
        Assert.Null(record.Refused);
    }

    [Fact]
    public async Task RunAsync_OldEpochAfterANewOne_IsAReplayWhateverItsSequence()
    {
        var running = await LookAsync(New(), Release(1) with { Epoch = 1 });

        var record = await LookAsync(running, Release(1L << 53));

        Assert.Equal(ReasonCodes.SequenceReplayed, record.Refused?.Reason);
        Assert.Equal(1, record.HighestSeen?.Epoch);
    }

    [Fact]
    public async Task RunAsync_AuthenticRelease_ProvesItsTimeAndIsRememberedWithItsExpiry()
    {
        var release = Release(3) with { Sites = South };

        var record = await LookAsync(New(), release);

        Assert.Equal([release.IssuedAt], _world.Proven);
        Assert.Equal(release.ExpiresAt, record.NewestExpires);
    }

    [Fact]
    public async Task RunAsync_UnauthenticRelease_ProvesNoTime()
    {
        using var other = SigningKey.Create("other");
        var payload = JsonSerializer.SerializeToUtf8Bytes(Release(3), ContractsJsonContext.Default.ReleaseRecord);
        _registry.Serves = DsseSigner.Sign(ReleaseRecord.MediaType, payload, [other]).ToBytes();

        var record = await LookAgainAsync(New());

        Assert.Equal((ReasonCodes.ThresholdNotMet, null), (record.Refused?.Reason, record.HighestSeen));
        Assert.Empty(_world.Proven);
    }

    [Fact]
    public async Task RunAsync_ExpiredByAClockThatIsPutRight_IsTakenThen()
    {
        var release = Release(3);
        _time.SetUtcNow(new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var refused = await LookAsync(New(), release);
        _time.SetUtcNow(release.IssuedAt.AddMinutes(1));

        var record = await LookAgainAsync(refused);

        Assert.Equal((ReasonCodes.ReleaseExpired, refused.SeenArtifact), (refused.Refused?.Reason, record.SeenArtifact));
        Assert.Equal((null, 3L), (record.Refused, record.Target?.Summary.Sequence));
    }

    [Fact]
    public async Task RunAsync_ExpiredReleaseSeenTwice_IsRefusedBothTimes()
    {
        var release = Release(3) with { ExpiresAt = _time.GetUtcNow() };
        var once = await LookAsync(New(), release with { IssuedAt = _time.GetUtcNow().AddDays(-1) });

        var twice = await LookAgainAsync(once with { SeenArtifact = null });

        Assert.Equal((ReasonCodes.ReleaseExpired, null), (twice.Refused?.Reason, twice.Target));
        Assert.Single(_store.Acknowledged);
    }

    [Fact]
    public async Task RunAsync_SignatureBesideComesLater_IsTakenAtTheNextLookThen()
    {
        var refused = await LookAsync(New(), Release(3), KeylessFixture.Pipeline);
        var still = await LookAgainAsync(refused, KeylessFixture.Pipeline);
        _registry.Beside = [KeylessFixture.Sign(_registry.Artifact)];

        var record = await LookAgainAsync(still, KeylessFixture.Pipeline);

        Assert.Equal((ReasonCodes.ThresholdNotMet, refused), (refused.Refused?.Reason, still));
        Assert.Equal((null, 3L, _registry.Artifact), (record.Refused, record.Target?.Summary.Sequence, record.Target?.Artifact));
        Assert.Equal([AcknowledgementEvent.Rejected, AcknowledgementEvent.Received], _store.Acknowledged.Select(a => a.Event));
    }

    // Whoever may push could have a site on a metered link fetch what he puts there with every poll.
    [Fact]
    public async Task RunAsync_NobodySignsBeside_IsFetchedAgainLessAndLessOften()
    {
        var record = await LookAsync(New(), Release(3), KeylessFixture.Pipeline);
        var step = new DiscoverStep(Channel, Ports(KeylessFixture.Pipeline));
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            record = await step.RunAsync(record, CancellationToken.None);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.InRange(_registry.Fetches, 90, 130);
        _registry.Beside = [KeylessFixture.Sign(_registry.Artifact)];
        for (var minute = 0; minute < 16; minute++)
        {
            record = await step.RunAsync(record, CancellationToken.None);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(3, record.Target?.Summary.Sequence);
    }

    [Fact]
    public async Task RunAsync_RefusedWhereOnlyKeysCount_IsNotFetchedAgain()
    {
        using var other = SigningKey.Create("other");
        var refused = await LookAsync(New(), Release(3), new TrustAuthority.ByKey("other", other.PublicKey));

        await LookAgainAsync(refused, new TrustAuthority.ByKey("other", other.PublicKey));

        Assert.Equal(ReasonCodes.ThresholdNotMet, refused.Refused?.Reason);
        Assert.Equal(1, _registry.Fetches);
    }

    [Fact]
    public async Task JudgeAgainAsync_SignatureBeside_IsRecalledWithTheCopy()
    {
        var record = await LookAsync(New(), Release(3));
        var step = new DiscoverStep(Channel, Ports(KeylessFixture.Pipeline));
        Assert.IsType<ReleaseVerdict.Rejected>(await step.JudgeAgainAsync(record.Target!, CancellationToken.None));
        _registry.Beside = [KeylessFixture.Sign(record.Target!.Artifact!.Value)];

        var verdict = await step.JudgeAgainAsync(record.Target!, CancellationToken.None);

        Assert.IsType<ReleaseVerdict.Accepted>(verdict);
    }

    public async Task InitializeAsync() => _world = await LiveWorld.CreateAsync();

    public Task DisposeAsync()
    {
        _world.Dispose();
        _key.Dispose();
        return Task.CompletedTask;
    }

    private Task<ChannelRecord> LookAsync(ChannelRecord record, ReleaseRecord release, params TrustAuthority[] authorities)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(release, ContractsJsonContext.Default.ReleaseRecord);
        _registry.Serves = DsseSigner.Sign(ReleaseRecord.MediaType, payload, [_key]).ToBytes();
        return LookAgainAsync(record, authorities);
    }

    // At the very bytes that lie there: a new signature would be another artifact.
    private Task<ChannelRecord> LookAgainAsync(ChannelRecord record, params TrustAuthority[] authorities) =>
        new DiscoverStep(Channel, Ports(authorities)).RunAsync(record, CancellationToken.None);

    private SitePorts Ports(params TrustAuthority[] authorities)
    {
        TrustAuthority[] trusted = authorities is [] ? [new TrustAuthority.ByKey("release", _key.PublicKey)] : authorities;
        var policy = new TrustPolicy([new ReleaseRule("stable", TrustScope.Everything, trusted, 1)], []);
        var site = new SiteProfile("retail", "store-0042", new Dictionary<string, string> { ["region"] = "north" }, "0.1.0");
        return _world.Ports() with { Site = site, Trust = new FixedTrust(policy), Releases = _registry, Store = _store, Time = _time };
    }

    private static ChannelRecord New() => new() { Channel = Channel.Name };

    private ReleaseRecord Release(long sequence) => new()
    {
        Channel = Channel.Name,
        Sequence = sequence,
        Bundle = new BundleRevision { Name = "shop", Version = "1", Repository = "r.example/shop", Digest = Digest.Of("x"u8) },
        IssuedAt = _time.GetUtcNow(),
        ExpiresAt = _time.GetUtcNow().AddDays(30),
    };

    private sealed class Registry : IReleaseSource
    {
        private PushableArtifact? _artifact;

        /// <summary>The envelope's bytes; they lie in the artifact that the publishing verb makes of them.</summary>
        public byte[] Serves
        {
            get;
            set
            {
                field = value;
                Assert.True(DsseEnvelope.TryParse(value, out var envelope, out var problem), problem);
                _artifact = ReleaseArtifact.Build(envelope);
            }
        } = [];

        public SignatureArtifact[] Beside { get; set; } = [];

        public int Fetches { get; private set; }

        public Digest Artifact => Digest.Of(_artifact!.Manifest.Span);

        public Task<ReleaseLook> LookAsync(ChannelSubscription channel, Digest? known, CancellationToken cancellationToken)
        {
            if (known == Artifact)
            {
                return Task.FromResult<ReleaseLook>(new ReleaseLook.Unchanged());
            }

            Fetches++;
            return Task.FromResult<ReleaseLook>(new ReleaseLook.Found(Artifact, Found(Serves)));
        }

        public Task<SignedRelease> RecallAsync(ChannelSubscription channel, ReleaseCopy copy, CancellationToken cancellationToken) =>
            Task.FromResult(Found(copy.Envelope));

        private SignedRelease Found(byte[] envelope) => new(envelope) { Manifest = _artifact!.Manifest, Beside = Beside };
    }

    private sealed class MemoryStore : ISiteStore
    {
        public List<AcknowledgementDraft> Acknowledged { get; } = [];

        public ChannelRecord Load(string channel) => new() { Channel = channel };

        public void Commit(ChannelRecord record, params IReadOnlyList<AcknowledgementDraft> acknowledgements) => Acknowledged.AddRange(acknowledgements);
    }
}
