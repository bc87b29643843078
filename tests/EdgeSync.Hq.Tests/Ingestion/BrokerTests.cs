using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Storage;
using EdgeSync.Hq.Tests.Support;
using EdgeSync.Mqtt;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Hq.Tests.Ingestion;

/// <summary>HQ and sites that talk over a real broker.</summary>
public sealed class BrokerTests : IAsyncLifetime, IDisposable
{
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(60));
    private readonly List<SiteClient> _sites = [];
    private HqBench _bench = null!;

    private TestHq Hq => _bench.Hq;

    private CancellationToken Patience => _patience.Token;

    public async Task InitializeAsync() => _bench = await HqBench.StartAsync(Patience);

    public async Task DisposeAsync()
    {
        foreach (var site in _sites)
        {
            await site.DisposeAsync();
        }

        await _bench.DisposeAsync();
    }

    public void Dispose() => _patience.Dispose();

    [PeerFact]
    public async Task Entries_in_order_are_stored_and_confirmed()
    {
        var site = await EnrolAsync("store-1");
        for (var i = 1; i <= 20; i++)
        {
            await site.SendEntryAsync(site.Site.Say(AcknowledgementEvent.Healthy, Hq.Now, TestSite.Release($"1.0.{i}")), Patience);
        }

        await site.UntilConfirmedAsync(20, Patience);

        Assert.Equal(20, Hq.State(site.Site).Head!.Number);
        Assert.Equal(20, Hq.Get<LedgerStore>().List(Hq.State(site.Site).Id, null, 100).Count);
    }

    [PeerFact]
    public async Task A_gap_is_asked_for_and_closes()
    {
        var site = await EnrolAsync("store-1");
        var entries = Enumerable.Range(0, 4).Select(_ => site.Site.Say(AcknowledgementEvent.Drifted, Hq.Now)).ToList();
        await site.SendEntryAsync(entries[0], Patience);
        await site.SendEntryAsync(entries[3], Patience);

        await site.UntilAsync(() => site.Commands.Count > 0, Patience);
        Assert.Equal(new SiteCommand(CommandKind.ResendFrom, 2), site.Commands.First());
        foreach (var entry in entries[1..])
        {
            await site.SendEntryAsync(entry, Patience);
        }

        await site.UntilConfirmedAsync(4, Patience);
        Assert.Null(Hq.State(site.Site).GapFoundAt);
    }

    [PeerFact]
    public async Task Forged_entries_are_evidence_and_repeats_are_harmless()
    {
        var site = await EnrolAsync("store-1");
        using var stranger = SigningKey.Create("stranger");
        var first = site.Site.Say(AcknowledgementEvent.Received, Hq.Now);
        await site.SendEntryAsync(first, Patience);
        await site.SendEntryAsync(site.Site.Forge(stranger, site.Site.Head, Hq.Now), Patience);
        await site.SendEntryAsync(first, Patience);
        await site.SendEntryAsync(site.Site.Say(AcknowledgementEvent.Healthy, Hq.Now, TestSite.Release("1.0.0")), Patience);

        await site.UntilConfirmedAsync(2, Patience);

        Assert.Equal(EvidenceKind.WrongKey, Assert.Single(Hq.Get<EvidenceStore>().List(site.Site.Key, openOnly: true, 10)).Kind);
        Assert.Equal(1, Hq.State(site.Site).Duplicates);
    }

    [PeerFact]
    public async Task A_site_cannot_speak_on_the_topics_of_another()
    {
        var thief = await EnrolAsync("store-1");
        var victim = await EnrolAsync("store-2");

        var refused = await Record.ExceptionAsync(() =>
            thief.SendEntryToAsync(victim.Site.Key, thief.Site.Say(AcknowledgementEvent.Healthy, Hq.Now), Patience));
        await victim.SendEntryAsync(victim.Site.Say(AcknowledgementEvent.Healthy, Hq.Now, TestSite.Release("1.0.0")), Patience);
        await victim.UntilConfirmedAsync(1, Patience);

        Assert.IsType<MqttException>(refused);
        Assert.Empty(Hq.Get<EvidenceStore>().List(null, openOnly: true, 10));
    }

    [PeerFact]
    public async Task What_comes_while_HQ_is_down_is_stored_when_it_is_back()
    {
        var site = await EnrolAsync("store-1");
        await site.SendEntryAsync(site.Site.Say(AcknowledgementEvent.Received, Hq.Now), Patience);
        await site.UntilConfirmedAsync(1, Patience);
        await _bench.StopHqAsync();

        for (var i = 0; i < 50; i++)
        {
            await site.SendEntryAsync(site.Site.Say(AcknowledgementEvent.Drifted, TimeProvider.System.GetUtcNow()), Patience);
        }

        Assert.Equal(1, site.Confirmed);
        await _bench.StartHqAsync(Patience);
        await site.UntilConfirmedAsync(51, Patience);

        Assert.Equal(51, Hq.State(site.Site).Head!.Number);
        Assert.Empty(Hq.Get<EvidenceStore>().List(null, openOnly: true, 10));
    }

    [PeerFact]
    public async Task An_entry_that_a_broker_lost_is_asked_for()
    {
        var site = await EnrolAsync("store-1");
        await site.SendEntryAsync(site.Site.Say(AcknowledgementEvent.Received, Hq.Now), Patience);
        await site.UntilConfirmedAsync(1, Patience);

        await _bench.StopHqAsync();
        await _bench.WipeBrokerAsync(Patience);

        // Nobody listens: the broker takes the entry and forgets it. Only the status tells that there is one.
        var lost = site.Site.Say(AcknowledgementEvent.Healthy, TimeProvider.System.GetUtcNow(), TestSite.Release("1.0.0"));
        await site.SendEntryAsync(lost, Patience);
        await site.SendStatusAsync(site.Site.Status(TimeProvider.System.GetUtcNow(), ChannelState.Healthy, TestSite.Release("1.0.0")), Patience);
        await _bench.StartHqAsync(Patience);

        await site.UntilAsync(() => site.Commands.Contains(new SiteCommand(CommandKind.ResendFrom, 2)), Patience);
        await site.SendEntryAsync(lost, Patience);
        await site.UntilConfirmedAsync(2, Patience);
        Assert.Equal(2, Hq.State(site.Site).Head!.Number);
    }

    [PeerFact]
    public async Task A_status_reaches_the_fleet_and_a_hint_reaches_the_site()
    {
        var site = await EnrolAsync("store-1");
        await site.SendEntryAsync(site.Site.Say(AcknowledgementEvent.Healthy, Hq.Now, TestSite.Release("1.0.0")), Patience);
        await site.SendStatusAsync(site.Site.Status(Hq.Now, ChannelState.Healthy, TestSite.Release("1.0.0")), Patience);
        await site.UntilConfirmedAsync(1, Patience);
        await UntilAsync(() => Hq.State(site.Site).Status is not null);

        await Hq.Get<SiteCommands>().SendAsync(Hq.State(site.Site), CommandKind.LookNow, "test", Patience);
        await site.UntilAsync(() => site.Commands.Count > 0, Patience);

        Assert.Equal(new SiteCommand(CommandKind.LookNow), Assert.Single(site.Commands));
        Assert.Equal(Condition.Healthy, SiteAssessor.Assess(Hq.State(site.Site), Hq.Now).Condition);
    }

    [PeerFact]
    public async Task Names_of_the_greatest_length_work_from_certificate_to_topic()
    {
        var longest = new string('a', 63);
        var site = await EnrolAsync(longest, fleet: longest);

        await site.SendEntryAsync(site.Site.Say(AcknowledgementEvent.Received, Hq.Now), Patience);

        await site.UntilConfirmedAsync(1, Patience);
    }

    private async Task UntilAsync(Func<bool> isSo)
    {
        using var changes = Hq.Get<ChangeFeed>().Subscribe(null);
        while (!isSo())
        {
            await changes.Signals.ReadAsync(Patience);
        }
    }

    private async Task<SiteClient> EnrolAsync(string name, string fleet = "stores")
    {
        var site = TestSite.Create(fleet, name);
        var client = await SiteClient.ConnectAsync(site, Hq.Enrol(site), Patience);
        _sites.Add(client);
        return client;
    }
}
