using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.Staging;
using EdgeSync.Reconciliation.State;
using EdgeSync.Reconciliation.Steps;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Testing;

namespace EdgeSync.Reconciliation.Tests.Steps;

public sealed class DiscoverStepTests : IDisposable
{
    private static readonly ChannelSubscription Channel = new("stable", "r.example/releases", TimeSpan.FromMinutes(1), "default", TimeSpan.FromMinutes(5));
    private static readonly LabelSelector South = new() { MatchLabels = new Dictionary<string, string> { ["region"] = "south" } };

    private readonly ManualTimeProvider _time = new();
    private readonly SigningKey _key = SigningKey.Create("release");
    private readonly MemoryStore _store = new();
    private readonly Registry _registry = new();

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

    public void Dispose() => _key.Dispose();

    private async Task<ChannelRecord> LookAsync(ChannelRecord record, ReleaseRecord release)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(release, ContractsJsonContext.Default.ReleaseRecord);
        _registry.Serves = DsseSigner.Sign(ReleaseRecord.MediaType, payload, [_key]).ToBytes();
        var policy = new TrustPolicy(new KeyRing("release", [_key.PublicKey], 1), new KeyRing("bundle", [_key.PublicKey], 1));
        var site = new SiteProfile("retail", "store-0042", new Dictionary<string, string> { ["region"] = "north" }, "0.1.0");
        return await new DiscoverStep(Channel, site, policy, _registry, _store, _time).RunAsync(record, CancellationToken.None);
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
        public byte[] Serves { get; set; } = [];

        public Task<ReleaseLook> LookAsync(ChannelSubscription channel, Digest? known, CancellationToken cancellationToken) =>
            Task.FromResult<ReleaseLook>(new ReleaseLook.Found(Digest.Of(Serves), Serves));
    }

    private sealed class MemoryStore : ISiteStore
    {
        public List<AcknowledgementDraft> Acknowledged { get; } = [];

        public ChannelRecord Load(string channel) => new() { Channel = channel };

        public void Commit(ChannelRecord record, params IReadOnlyList<AcknowledgementDraft> acknowledgements) => Acknowledged.AddRange(acknowledgements);
    }
}
