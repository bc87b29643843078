using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Artifacts;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Releases;
using EdgeSync.Signing.Tests.Verification;
using EdgeSync.Signing.Verification;
using EdgeSync.Testing;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

public sealed class DiscoverStepTests : IAsyncLifetime
{
    private static readonly ChannelSubscription Channel = new("stable", "r.example/releases", TimeSpan.FromMinutes(1), "default", TimeSpan.FromMinutes(5));
    private static readonly SiteProfile Site = new("retail", "store-0042", new Dictionary<string, string> { ["region"] = "north" }, "0.1.0");
    private static readonly LabelSelector South = new() { MatchLabels = new Dictionary<string, string> { ["region"] = "south" } };

    private readonly ManualTimeProvider _time = new();
    private readonly SigningKey _key = SigningKey.Create("release");
    private readonly List<AcknowledgementDraft> _acknowledged = [];
    private readonly Registry _registry = new();
    private LiveWorld _world = null!;

    [Fact]
    public async Task RunAsync_ReleaseForOtherSites_IsPassedOverWithoutAnAcknowledgement()
    {
        var running = await PollAsync(New(), Release(1));
        _acknowledged.Clear();

        var record = await PollAsync(running, Release(2) with { Sites = South });

        Assert.Empty(_acknowledged);
        Assert.Equal((2L, null, running.Target), (record.ForOthers, record.Refused, record.Target));
    }

    [Fact]
    public async Task RunAsync_ChannelThatIsGone_IsRecordedOnceUntilItIsBack()
    {
        var running = await PollAsync(New(), Release(1));
        _acknowledged.Clear();
        _registry.Missing = new PollResult.Missing("no tag", "Check it.", IsUnreleased: true);

        var gone = await PollAgainAsync(running);
        var since = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromHours(1));
        var stillGone = await PollAgainAsync(gone);
        _registry.Missing = null;
        var back = await PollAgainAsync(stillGone);

        Assert.Equal(new MissingChannel("no tag", "Check it.", since), gone.Missing);
        Assert.Same(gone, stillGone);
        Assert.Equal(running, gone with { Missing = null });
        Assert.Equal(running, back);
        Assert.Empty(_acknowledged);
    }

    [Fact]
    public async Task RunAsync_ChannelThatWasNeverThere_IsMissingUnlessItsRepositoryIsThere()
    {
        _registry.Missing = new PollResult.Missing("no tag", "Check it.", IsUnreleased: false);
        var missing = await PollAgainAsync(New());
        _registry.Missing = new PollResult.Missing("no tag", "Check it.", IsUnreleased: true);
        var unreleased = await PollAgainAsync(missing);

        Assert.NotNull(missing.Missing);
        Assert.Null(unreleased.Missing);
    }

    [Fact]
    public async Task RunAsync_AfterAReleaseForOtherSites_AnOlderOneIsStillAReplay()
    {
        var passedOver = await PollAsync(New(), Release(5) with { Sites = South });

        var record = await PollAsync(passedOver, Release(4));

        Assert.Equal((ReasonCodes.SequenceReplayed, null), (record.Refused?.Reason, record.ForOthers));
        Assert.Equal([AcknowledgementEvent.Rejected], _acknowledged.Select(a => a.Event));
    }

    [Fact]
    public async Task RunAsync_ReleaseForThisSiteAfterOneForOthers_IsTaken()
    {
        var passedOver = await PollAsync(New(), Release(2) with { Sites = South });

        var record = await PollAsync(passedOver, Release(3));

        Assert.Equal((3L, null), (record.Target?.Summary.Sequence, record.ForOthers));
        Assert.Equal([AcknowledgementEvent.Received], _acknowledged.Select(a => a.Event));
    }

    [Fact]
    public async Task RunAsync_RefusedReleaseFollowedByOneForOthers_IsNoLongerRejected()
    {
        var running = await PollAsync(New(), Release(4));
        var refused = await PollAsync(running, Release(3));

        var record = await PollAsync(refused, Release(5) with { Sites = South });

        Assert.Equal(ReasonCodes.SequenceReplayed, refused.Refused?.Reason);
        Assert.Equal((null, 5L), (record.Refused, record.ForOthers));
    }

    [Fact]
    public async Task RunAsync_SameNumberOtherContent_IsRefusedAndBothRecordsAreKept()
    {
        var running = await PollAsync(New(), Release(4));
        var first = _registry.Serves;

        var record = await PollAsync(running, Release(4) with { AllowDestructive = true });

        var kept = Assert.Single(_world.Kept);
        Assert.Equal(ReasonCodes.SequenceEquivocation, record.Refused?.Reason);
        Assert.Equal(running.Target, record.Target);
        Assert.Equal(running.HighestSeen, kept.Seen);
        Assert.Equal(first, kept.SeenEnvelope);
        Assert.Equal(_registry.Serves, kept.FoundEnvelope);
        Assert.Contains(kept.Seen.Payload.ToString(), _acknowledged[^1].Message, StringComparison.Ordinal);
        Assert.Contains(kept.Found.Payload.ToString(), _acknowledged[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_EquivocationOfAReleaseForOthers_KeepsThatOneToo()
    {
        var running = await PollAsync(New(), Release(4));
        var passedOver = await PollAsync(running, Release(5) with { Sites = South });
        var first = _registry.Serves;

        await PollAsync(passedOver, Release(5));

        var kept = Assert.Single(_world.Kept);
        Assert.Equal(first, kept.SeenEnvelope);
        Assert.Equal(_registry.Serves, kept.FoundEnvelope);
    }

    [Fact]
    public async Task RunAsync_EquivocationWhereOnlyTheDigestIsRemembered_KeepsWhatThereIs()
    {
        var remembered = New() with { HighestSeen = new SeenRelease(4, Digest.Of("lost"u8)) };

        await PollAsync(remembered, Release(4));

        var kept = Assert.Single(_world.Kept);
        Assert.Equal((null, Digest.Of("lost"u8)), (kept.SeenEnvelope, kept.Seen.Payload));
    }

    [Fact]
    public async Task RunAsync_RememberedSequenceWithoutARecord_RefusesWhatIsLower()
    {
        var record = await PollAsync(New() with { HighestSeen = new SeenRelease(9, Digest.Of("lost"u8)) }, Release(8));

        Assert.Equal((ReasonCodes.SequenceReplayed, null), (record.Refused?.Reason, record.Target));
    }

    [Fact]
    public async Task RunAsync_NewEpoch_IsTakenThoughItsSequenceIsLower()
    {
        var running = await PollAsync(New(), Release(1L << 53));

        var record = await PollAsync(running, Release(1) with { Epoch = 1 });

        Assert.Equal((1L, 1), (record.Target?.Summary.Sequence, record.Target?.Summary.Epoch));
        Assert.Null(record.Refused);
    }

    [Fact]
    public async Task RunAsync_OldEpochAfterANewOne_IsAReplayWhateverItsSequence()
    {
        var running = await PollAsync(New(), Release(1) with { Epoch = 1 });

        var record = await PollAsync(running, Release(1L << 53));

        Assert.Equal(ReasonCodes.SequenceReplayed, record.Refused?.Reason);
        Assert.Equal(1, record.HighestSeen?.Epoch);
    }

    [Fact]
    public async Task RunAsync_AuthenticRelease_ProvesItsTimeAndIsRememberedWithItsExpiry()
    {
        var release = Release(3) with { Sites = South };

        var record = await PollAsync(New(), release);

        Assert.Equal([release.IssuedAt], _world.Proven);
        Assert.Equal(release.ExpiresAt, record.NewestExpires);
    }

    [Fact]
    public async Task RunAsync_UnauthenticRelease_ProvesNoTime()
    {
        using var other = SigningKey.Create("other");
        var payload = JsonSerializer.SerializeToUtf8Bytes(Release(3), ContractsJsonContext.Default.ReleaseRecord);
        _registry.Serves = DsseSigner.Sign(ReleaseRecord.MediaType, payload, [other]).ToBytes();

        var record = await PollAgainAsync(New());

        Assert.Equal((ReasonCodes.ThresholdNotMet, null), (record.Refused?.Reason, record.HighestSeen));
        Assert.Empty(_world.Proven);
    }

    [Fact]
    public async Task RunAsync_ExpiredByAClockThatIsCorrected_IsAcceptedThen()
    {
        var release = Release(3);
        _time.SetUtcNow(new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var refused = await PollAsync(New(), release);
        _time.SetUtcNow(release.IssuedAt.AddMinutes(1));

        var record = await PollAgainAsync(refused);

        Assert.Equal((ReasonCodes.ReleaseExpired, refused.SeenArtifact), (refused.Refused?.Reason, record.SeenArtifact));
        Assert.Equal((null, 3L), (record.Refused, record.Target?.Summary.Sequence));
    }

    [Fact]
    public async Task RunAsync_ExpiredReleaseSeenTwice_IsRefusedBothTimes()
    {
        var release = Release(3) with { ExpiresAt = _time.GetUtcNow() };
        var once = await PollAsync(New(), release with { IssuedAt = _time.GetUtcNow().AddDays(-1) });

        var twice = await PollAgainAsync(once with { SeenArtifact = null });

        Assert.Equal((ReasonCodes.ReleaseExpired, null), (twice.Refused?.Reason, twice.Target));
        Assert.Single(_acknowledged);
    }

    [Fact]
    public async Task RunAsync_DetachedSignatureComesLater_IsAcceptedAtTheNextPoll()
    {
        var refused = await PollAsync(New(), Release(3), KeylessFixture.Pipeline);
        var still = await PollAgainAsync(refused, KeylessFixture.Pipeline);
        _registry.Signatures = [KeylessFixture.Sign(_registry.Artifact)];

        var record = await PollAgainAsync(still, KeylessFixture.Pipeline);

        Assert.Equal((ReasonCodes.ThresholdNotMet, refused), (refused.Refused?.Reason, still));
        Assert.Equal((null, 3L, _registry.Artifact), (record.Refused, record.Target?.Summary.Sequence, record.Target?.Artifact));
        Assert.Equal([AcknowledgementEvent.Rejected, AcknowledgementEvent.Received], _acknowledged.Select(a => a.Event));
    }

    // Otherwise anybody who may push to the registry could make a site on a metered link fetch junk with every poll.
    [Fact]
    public async Task RunAsync_NobodyAddsASignature_IsFetchedAgainLessAndLessOften()
    {
        var record = await PollAsync(New(), Release(3), KeylessFixture.Pipeline);
        var step = Step(KeylessFixture.Pipeline);
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            record = (await step.RunAsync(record, CancellationToken.None)).Transition.Record;
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.InRange(_registry.Fetches, 90, 130);
        _registry.Signatures = [KeylessFixture.Sign(_registry.Artifact)];
        for (var minute = 0; minute < 16; minute++)
        {
            record = (await step.RunAsync(record, CancellationToken.None)).Transition.Record;
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(3, record.Target?.Summary.Sequence);
    }

    [Fact]
    public async Task RunAsync_RefusedWhereOnlyKeysCount_IsNotFetchedAgain()
    {
        using var other = SigningKey.Create("other");
        var refused = await PollAsync(New(), Release(3), new TrustAuthority.ByKey("other", other.PublicKey));

        await PollAgainAsync(refused, new TrustAuthority.ByKey("other", other.PublicKey));

        Assert.Equal(ReasonCodes.ThresholdNotMet, refused.Refused?.Reason);
        Assert.Equal(1, _registry.Fetches);
    }

    [Fact]
    public async Task VerifyAgainAsync_DetachedSignature_IsRecalledWithTheCopy()
    {
        var record = await PollAsync(New(), Release(3));
        var step = VerifyStep(KeylessFixture.Pipeline);
        Assert.IsType<ReleaseVerdict.Rejected>(await step.VerifyAgainAsync(record.Target!, CancellationToken.None));
        _registry.Signatures = [KeylessFixture.Sign(record.Target!.Artifact!.Value)];

        var verdict = await step.VerifyAgainAsync(record.Target!, CancellationToken.None);

        Assert.IsType<ReleaseVerdict.Accepted>(verdict);
    }

    public async Task InitializeAsync() => _world = await LiveWorld.CreateAsync();

    public Task DisposeAsync()
    {
        _world.Dispose();
        _key.Dispose();
        return Task.CompletedTask;
    }

    private Task<ChannelRecord> PollAsync(ChannelRecord record, ReleaseRecord release, params TrustAuthority[] authorities)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(release, ContractsJsonContext.Default.ReleaseRecord);
        _registry.Serves = DsseSigner.Sign(ReleaseRecord.MediaType, payload, [_key]).ToBytes();
        return PollAgainAsync(record, authorities);
    }

    // The same bytes again: a new signature would make another artifact.
    private Task<ChannelRecord> PollAgainAsync(ChannelRecord record, params TrustAuthority[] authorities) =>
        CommitAsync(Step(authorities).RunAsync(record, CancellationToken.None));

    private async Task<ChannelRecord> CommitAsync(Task<Discovery> discovering)
    {
        var transition = (await discovering).Transition;
        _acknowledged.AddRange(transition.Acknowledgements);
        return transition.Record;
    }

    private DiscoverStep Step(params TrustAuthority[] authorities) =>
        new(Channel, Site, _registry, VerifyStep(authorities), Trust(authorities), _world, _world, _time);

    private VerifyStep VerifyStep(params TrustAuthority[] authorities) =>
        new(Channel, Site, _registry, _world, Trust(authorities), _world, _time);

    private FixedTrust Trust(TrustAuthority[] authorities) => new(new TrustPolicy(
        [new ReleaseRule("stable", TrustScope.Everything, authorities is [] ? [new TrustAuthority.ByKey("release", _key.PublicKey)] : authorities, 1)], []));

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

        /// <summary>The envelope's bytes, served in the artifact that the publishing verb makes of them.</summary>
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

        public SignatureArtifact[] Signatures { get; set; } = [];

        public int Fetches { get; private set; }

        public Digest Artifact => Digest.Of(_artifact!.Manifest.Span);

        /// <summary>What is answered in place of the artifact, or null.</summary>
        public PollResult.Missing? Missing { get; set; }

        public Task<PollResult> PollAsync(ChannelSubscription channel, Digest? known, CancellationToken cancellationToken)
        {
            if (Missing is not null)
            {
                return Task.FromResult<PollResult>(Missing);
            }

            if (known == Artifact)
            {
                return Task.FromResult<PollResult>(new PollResult.Unchanged());
            }

            Fetches++;
            return Task.FromResult<PollResult>(new PollResult.Found(Artifact, Found(Serves)));
        }

        public Task<SignedRelease> RecallAsync(ChannelSubscription channel, ReleaseCopy copy, CancellationToken cancellationToken) =>
            Task.FromResult(Found(copy.Envelope));

        private SignedRelease Found(byte[] envelope) => new(envelope) { Manifest = _artifact!.Manifest, Signatures = Signatures };
    }
}
