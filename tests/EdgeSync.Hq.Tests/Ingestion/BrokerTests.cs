using System.Net.Http.Json;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Storage;
using EdgeSync.Hq.Tests.Support;
using EdgeSync.Mqtt;
using EdgeSync.Signing.Keys;
using EdgeSync.Testing;

namespace EdgeSync.Hq.Tests.Ingestion;

/// <summary>HQ and sites that communicate over a real broker.</summary>
public sealed class BrokerTests : IAsyncLifetime, IDisposable
{
    private readonly CancellationTokenSource _timeout = new(TimeSpan.FromSeconds(60));
    private readonly List<SiteClient> _sites = [];
    private HqFixture _fixture = null!;

    private TestHq Hq => _fixture.Hq;

    private CancellationToken Timeout => _timeout.Token;

    public async Task InitializeAsync() => _fixture = await HqFixture.StartAsync(Timeout);

    public async Task DisposeAsync()
    {
        foreach (var site in _sites)
        {
            await site.DisposeAsync();
        }

        await _fixture.DisposeAsync();
    }

    public void Dispose() => _timeout.Dispose();

    [PeerFact]
    public async Task Entries_in_order_are_stored_and_confirmed()
    {
        var site = await EnrolAsync("store-1");
        for (var i = 1; i <= 20; i++)
        {
            await site.SendEntryAsync(site.Site.SignEntry(AcknowledgementEvent.Healthy, Hq.Now, TestSite.Release($"1.0.{i}")), Timeout);
        }

        await site.UntilConfirmedAsync(20, Timeout);

        Assert.Equal(20, Hq.State(site.Site).Head!.Number);
        Assert.Equal(20, Hq.Get<LedgerStore>().List(Hq.State(site.Site).Id, null, 100).Count);
    }

    [PeerFact]
    public async Task A_selection_that_is_asked_for_a_preflight_gets_a_request_each_and_its_refusals_are_on_the_board()
    {
        var asked = await EnrolAsync("store-1");
        var other = await EnrolAsync("store-2");
        foreach (var (site, ring) in new[] { (asked, "1"), (other, "2") })
        {
            await site.SendStatusAsync(site.Site.Status(Hq.Now, ChannelState.Empty, null, labels => labels["ring"] = ring), Timeout);
            await UntilAsync(() => Hq.State(site.Site).Status is not null);
        }

        using var program = Hq.CreateClient(Hq.AddToken(Role.Operator));
        var deadline = Hq.Now.AddHours(1);
        using var answer = await program.PostAsJsonAsync(new Uri("/api/v1/board/preflight?selector=ring%3D1", UriKind.Relative), new { deadline, missionHours = 12 }, Timeout);
        await asked.UntilAsync(() => asked.Commands.Count > 0, Timeout);

        Assert.Equal("""{"asked":1,"notAsked":0}""", await answer.Content.ReadAsStringAsync(Timeout));
        var command = Assert.Single(asked.Commands);
        Assert.Equal((CommandKind.Preflight, "test", 43_200L), (command.Kind, command.Preflight!.By, command.Preflight.MissionSeconds!.Value));
        Assert.Equal(deadline.ToUnixTimeSeconds(), command.Preflight.Deadline!.Value.ToUnixTimeSeconds());
        Assert.True(command.Preflight.ExpiresAt < Hq.Now + PreflightHint.MaxLifetime);
        Assert.Empty(other.Commands);

        var reply = new PreflightReply(command.Request!, Hq.Now, "PreflightNotAllowed", "this site does not let HQ ask");
        await asked.SendStatusAsync(asked.Site.Status(Hq.Now, ChannelState.Empty, null, labels => labels["ring"] = "1", more: status => status with { PreflightReply = reply }), Timeout);
        await UntilAsync(() => Hq.State(asked.Site).Status!.PreflightReply is not null);
        Assert.Contains("\"state\":\"refused\"", await program.GetStringAsync(new Uri("/api/v1/board?selector=ring%3D1", UriKind.Relative), Timeout), StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Entries_are_confirmed_over_a_broker_without_retained_messages()
    {
        await _fixture.DisposeAsync();
        _fixture = await HqFixture.StartAsync(Timeout, "retain_available false");
        var site = await EnrolAsync("store-1");
        await site.SendEntryAsync(site.Site.SignEntry(AcknowledgementEvent.Received, Hq.Now), Timeout);

        await site.UntilConfirmedAsync(1, Timeout);
    }

    [PeerFact]
    public async Task A_site_whose_topic_the_broker_refuses_does_not_keep_confirmations_from_the_others()
    {
        using var folder = new TempDirectory();
        await File.WriteAllTextAsync(
            folder["acl"], "user hq\ntopic read edgesync/v1/#\ntopic write edgesync/v1/stores/store-2/+\npattern readwrite edgesync/v1/%u/+\n", Timeout);
        await _fixture.DisposeAsync();
        _fixture = await HqFixture.StartAsync(Timeout, $"acl_file {folder["acl"]}");
        var refused = await EnrolAsync("store-1");
        var others = await EnrolAsync("store-2");
        await _fixture.StopHqAsync();
        await refused.SendEntryAsync(refused.Site.SignEntry(AcknowledgementEvent.Received, TimeProvider.System.GetUtcNow()), Timeout);
        await others.SendEntryAsync(others.Site.SignEntry(AcknowledgementEvent.Received, TimeProvider.System.GetUtcNow()), Timeout);
        await _fixture.StartHqAsync(Timeout);

        await others.UntilConfirmedAsync(1, Timeout);
        await UntilAsync(() => Hq.State(refused.Site).Head is not null);
        Assert.True(refused.Confirmed < 0);
    }

    [PeerFact]
    public async Task HQ_requests_missing_entries_and_closes_the_gap()
    {
        var site = await EnrolAsync("store-1");
        var entries = Enumerable.Range(0, 4).Select(_ => site.Site.SignEntry(AcknowledgementEvent.Drifted, Hq.Now)).ToList();
        await site.SendEntryAsync(entries[0], Timeout);
        await site.SendEntryAsync(entries[3], Timeout);

        await site.UntilAsync(() => site.Commands.Count > 0, Timeout);
        Assert.Equal(new SiteCommand(CommandKind.ResendFrom, 2), site.Commands.First());
        foreach (var entry in entries[1..])
        {
            await site.SendEntryAsync(entry, Timeout);
        }

        await site.UntilConfirmedAsync(4, Timeout);
        Assert.Null(Hq.State(site.Site).GapFoundAt);
    }

    [PeerFact]
    public async Task Forged_entries_become_evidence_and_repeated_entries_are_counted()
    {
        var site = await EnrolAsync("store-1");
        using var stranger = SigningKey.Create("stranger");
        var first = site.Site.SignEntry(AcknowledgementEvent.Received, Hq.Now);
        await site.SendEntryAsync(first, Timeout);
        await site.SendEntryAsync(site.Site.Forge(stranger, site.Site.Head, Hq.Now), Timeout);
        await site.SendEntryAsync(first, Timeout);
        await site.SendEntryAsync(site.Site.SignEntry(AcknowledgementEvent.Healthy, Hq.Now, TestSite.Release("1.0.0")), Timeout);

        await site.UntilConfirmedAsync(2, Timeout);

        Assert.Equal(EvidenceKind.WrongKey, Assert.Single(Hq.Get<EvidenceStore>().List(site.Site.Key, openOnly: true, 10)).Kind);
        Assert.Equal(1, Hq.State(site.Site).Duplicates);
    }

    [PeerFact]
    public async Task A_site_cannot_publish_on_the_topics_of_another_site()
    {
        var thief = await EnrolAsync("store-1");
        var victim = await EnrolAsync("store-2");

        var refused = await Record.ExceptionAsync(() =>
            thief.SendEntryToAsync(victim.Site.Key, thief.Site.SignEntry(AcknowledgementEvent.Healthy, Hq.Now), Timeout));
        await victim.SendEntryAsync(victim.Site.SignEntry(AcknowledgementEvent.Healthy, Hq.Now, TestSite.Release("1.0.0")), Timeout);
        await victim.UntilConfirmedAsync(1, Timeout);

        Assert.IsType<MqttException>(refused);
        Assert.Empty(Hq.Get<EvidenceStore>().List(null, openOnly: true, 10));
    }

    [PeerFact]
    public async Task Messages_sent_while_HQ_is_down_are_stored_after_its_restart()
    {
        var site = await EnrolAsync("store-1");
        await site.SendEntryAsync(site.Site.SignEntry(AcknowledgementEvent.Received, Hq.Now), Timeout);
        await site.UntilConfirmedAsync(1, Timeout);
        await _fixture.StopHqAsync();

        for (var i = 0; i < 50; i++)
        {
            await site.SendEntryAsync(site.Site.SignEntry(AcknowledgementEvent.Drifted, TimeProvider.System.GetUtcNow()), Timeout);
        }

        Assert.Equal(1, site.Confirmed);
        await _fixture.StartHqAsync(Timeout);
        await site.UntilConfirmedAsync(51, Timeout);

        Assert.Equal(51, Hq.State(site.Site).Head!.Number);
        Assert.Empty(Hq.Get<EvidenceStore>().List(null, openOnly: true, 10));
    }

    [PeerFact]
    public async Task HQ_requests_an_entry_that_the_broker_lost()
    {
        var site = await EnrolAsync("store-1");
        await site.SendEntryAsync(site.Site.SignEntry(AcknowledgementEvent.Received, Hq.Now), Timeout);
        await site.UntilConfirmedAsync(1, Timeout);

        await _fixture.StopHqAsync();
        await _fixture.WipeBrokerAsync(Timeout);

        // HQ is not subscribed, so the broker drops the entry. Only the retained status shows that the entry exists.
        var lost = site.Site.SignEntry(AcknowledgementEvent.Healthy, TimeProvider.System.GetUtcNow(), TestSite.Release("1.0.0"));
        await site.SendEntryAsync(lost, Timeout);
        await site.SendStatusAsync(site.Site.Status(TimeProvider.System.GetUtcNow(), ChannelState.Healthy, TestSite.Release("1.0.0")), Timeout);
        await _fixture.StartHqAsync(Timeout);

        await site.UntilAsync(() => site.Commands.Contains(new SiteCommand(CommandKind.ResendFrom, 2)), Timeout);
        await site.SendEntryAsync(lost, Timeout);
        await site.UntilConfirmedAsync(2, Timeout);
        Assert.Equal(2, Hq.State(site.Site).Head!.Number);
    }

    [PeerFact]
    public async Task A_status_reaches_HQ_and_a_command_reaches_the_site()
    {
        var site = await EnrolAsync("store-1");
        await site.SendEntryAsync(site.Site.SignEntry(AcknowledgementEvent.Healthy, Hq.Now, TestSite.Release("1.0.0")), Timeout);
        await site.SendStatusAsync(site.Site.Status(Hq.Now, ChannelState.Healthy, TestSite.Release("1.0.0")), Timeout);
        await site.UntilConfirmedAsync(1, Timeout);
        await UntilAsync(() => Hq.State(site.Site).Status is not null);

        await Hq.Get<SiteCommands>().SendAsync(Hq.State(site.Site), CommandKind.LookNow, "test", Timeout);
        await site.UntilAsync(() => site.Commands.Count > 0, Timeout);

        Assert.Equal(new SiteCommand(CommandKind.LookNow), Assert.Single(site.Commands));
        Assert.Equal(Condition.Healthy, SiteAssessor.Assess(Hq.State(site.Site), Hq.Now).Condition);
    }

    [PeerFact]
    public async Task Names_of_maximum_length_work_in_certificates_and_topics()
    {
        var longest = new string('a', 63);
        var site = await EnrolAsync(longest, fleet: longest);

        await site.SendEntryAsync(site.Site.SignEntry(AcknowledgementEvent.Received, Hq.Now), Timeout);

        await site.UntilConfirmedAsync(1, Timeout);
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        using var changes = Hq.Get<ChangeFeed>().Subscribe(null);
        while (!condition())
        {
            await changes.Signals.ReadAsync(Timeout);
        }
    }

    private async Task<SiteClient> EnrolAsync(string name, string fleet = "stores")
    {
        var site = TestSite.Create(fleet, name);
        var client = await SiteClient.ConnectAsync(site, Hq.Enrol(site), Timeout);
        _sites.Add(client);
        return client;
    }
}
