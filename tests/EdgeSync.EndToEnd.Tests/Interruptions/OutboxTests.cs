using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.EndToEnd.Tests.Harness.Gates;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testing;

namespace EdgeSync.EndToEnd.Tests.Interruptions;

/// <summary>HQ gets every message of the site, in order, and stores it once, also when the broker fails in between.</summary>
[Collection(InterruptionScenarios.Name)]
public sealed class OutboxTests(InterruptedShop world)
{
    private readonly GatedShop _shop = world.Shop;

    [PeerFact]
    public async Task After_a_long_time_without_a_broker_and_two_restarts_HQ_gets_every_entry_once_and_in_order()
    {
        await _shop.ResetAsync();
        var before = await _shop.StoredAtHqAsync();
        var said = _shop.Site.Log.Length;
        _shop.CutBroker();
        await DeliverAsync();
        await DriftAsync();
        await _shop.KillAndStartAsync();
        await DeliverAsync();
        await DeliverAsync();
        await DriftAsync();
        await _shop.KillAndStartAsync();
        var alone = await _shop.Site.AwaitStatusAsync(status => status.LedgerNumber > 0, "up");
        Assert.Equal(16, alone.OutboxLength);
        Assert.Equal(before, await _shop.StoredAtHqAsync());
        Assert.DoesNotContain("to HQ, Offline", _shop.Site.Log[said..], StringComparison.Ordinal);

        _shop.MendBroker();

        await _shop.AssertHqHasAllAsync();
        AcknowledgementEvent[] drift = [AcknowledgementEvent.Drifted, AcknowledgementEvent.Repaired];
        Assert.Equal(
            [.. GatedDelivery.Good, .. drift, .. GatedDelivery.Good, .. GatedDelivery.Good, .. drift],
            _shop.Ledger().Skip(before.Count).Select(entry => entry.Event));
    }

    [PeerFact]
    public async Task A_link_that_breaks_again_and_again_while_it_sends_loses_nothing()
    {
        await _shop.ResetAsync();
        _shop.CutBroker();
        await DeliverAsync();
        await DriftAsync();
        await DeliverAsync();

        // A login takes about 2 KiB, an entry about one: these end while entries are sent, or before the answer. A restart makes the site try soon.
        await _shop.Site.KillAsync();
        _shop.BrokerProxy.Plan([.. Enumerable.Range(0, 3).Select(i => new ProxyFault { CutAfterSent = 3500 + (i * 700) })]);
        var connections = _shop.BrokerProxy.Accepted;
        _shop.MendBroker();
        _shop.Site.Start();

        await _shop.AssertHqHasAllAsync();
        Assert.True(_shop.BrokerProxy.Accepted >= connections + 2, $"only {_shop.BrokerProxy.Accepted - connections} connections were made");
    }

    [PeerFact]
    public async Task Killed_after_it_sent_and_before_the_broker_answered_it_loses_nothing()
    {
        var delivery = await world.NextAsync();
        _shop.Broker.Freeze();
        try
        {
            await delivery.PublishAsync();
            await delivery.AwaitDoneAsync();
            await _shop.Site.KillAsync();
        }
        finally
        {
            _shop.Broker.Thaw();
        }

        _shop.Site.Start();

        await delivery.AssertDoneOnceAsync();
    }

    [PeerFact]
    public async Task Killed_before_HQ_confirmed_it_sends_again_and_HQ_stores_once()
    {
        var delivery = await world.NextAsync();
        var duplicates = await _shop.DuplicatesAtHqAsync();
        _shop.Hq.Freeze();
        try
        {
            await delivery.PublishAsync();
            await delivery.AwaitDoneAsync();
            var connected = _shop.Site.AwaitLogAsync("Connected to HQ's broker");
            await _shop.KillAndStartAsync();
            await connected;
        }
        finally
        {
            _shop.Hq.Thaw();
        }

        await delivery.AssertDoneOnceAsync();
        Assert.True(await _shop.DuplicatesAtHqAsync() > duplicates, "nothing was sent twice, so nothing was proven");
    }

    [PeerFact]
    public async Task A_broker_that_forgets_everything_while_entries_are_on_their_way_loses_none()
    {
        var delivery = await world.NextAsync();
        _shop.Broker.Freeze();
        await delivery.PublishAsync();
        await delivery.AwaitDoneAsync();

        await RestartForgetfulBrokerAsync();

        await delivery.AssertDoneOnceAsync();
    }

    [PeerFact]
    public async Task What_a_broker_without_HQ_took_and_dropped_is_said_again_soon()
    {
        var delivery = await world.NextAsync();
        _shop.Hq.Freeze();
        try
        {
            await RestartForgetfulBrokerAsync();
            await delivery.PublishAsync();
            await delivery.AwaitDoneAsync();

            // In HQ's place, and without the status that HQ would find there: only what the site sends of itself is heard.
            var identity = Path.Combine(_shop.Hq.StateDirectory, "hq");
            var heard = await PeerTool.Installed("mosquitto_sub").RunAsync(
                CancellationToken.None,
                "-V", "mqttv5", "-h", "localhost", "-p", $"{_shop.Broker.Port}", "-i", "listener",
                "--cafile", Path.Combine(_shop.Hq.StateDirectory, "ca", "ca.pem"), "--cert", $"{identity}.pem", "--key", $"{identity}.key",
                "-t", $"edgesync/v1/{_shop.Configuration.Fleet}/{_shop.Configuration.Site}/acks", "-C", "1", "-W", "60");
            heard.EnsureSuccess();
        }
        finally
        {
            _shop.Hq.Thaw();
        }

        await delivery.AssertDoneOnceAsync();
    }

    [PeerFact]
    public async Task A_session_that_another_client_takes_over_is_taken_back_and_nothing_is_lost()
    {
        var delivery = await world.NextAsync();
        using var stop = Stops.InConfirm(_shop);
        await delivery.PublishAsync();
        await _shop.ReachAsync(stop);
        var lost = _shop.Site.AwaitLogAsync("No connection to the broker");

        // The site's own certificate on another machine; a clean start also throws away what the broker kept for the site.
        var identity = Path.Combine(_shop.Configuration.StateDirectory, "identity");
        var taken = await PeerTool.Installed("mosquitto_sub").RunAsync(
            CancellationToken.None,
            "-V", "mqttv5", "-h", "localhost", "-p", $"{_shop.Broker.Port}", "-i", $"{_shop.Configuration.Fleet}/{_shop.Configuration.Site}",
            "--cafile", Path.Combine(identity, "broker-ca.pem"), "--cert", Path.Combine(identity, "client.pem"), "--key", Path.Combine(identity, "client.key"),
            "-t", $"edgesync/v1/{_shop.Configuration.Fleet}/{_shop.Configuration.Site}/commands", "-E");
        taken.EnsureSuccess();
        stop.Release();

        await lost;
        Assert.Contains("already connected, closing old connection", _shop.Broker.ReadLog(), StringComparison.Ordinal);
        await delivery.AssertDoneOnceAsync();
    }

    private async Task RestartForgetfulBrokerAsync()
    {
        await _shop.Broker.KillAsync();
        Directory.Delete(_shop.BrokerMemory, recursive: true);
        Directory.CreateDirectory(_shop.BrokerMemory);
        await _shop.Broker.StartAgainAsync();
    }

    private async Task DeliverAsync()
    {
        var delivery = await world.NextAsItIsAsync();
        await delivery.PublishAsync();
        await delivery.AwaitDoneAsync();
    }

    private async Task DriftAsync()
    {
        var repaired = _shop.Site.AwaitLogAsync("drift repaired");
        await _shop.Node.DeleteAsync("/api/v1/namespaces/shop/configmaps/shelf-1");
        await repaired;
    }
}
