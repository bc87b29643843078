using EdgeSync.Testbed;
using EdgeSync.Testbed.Brokers;

namespace EdgeSync.Mqtt.Tests.Brokers;

/// <summary>A broker that goes away and comes back, with and without the session.</summary>
public sealed class ReconnectTests : IAsyncLifetime
{
    private TestbedSession _session = null!;
    private BrokerServer _broker = null!;

    public async Task InitializeAsync()
    {
        _session = await TestbedSession.StartAsync();
        _broker = await BrokerServer.StartAsync(_session);
    }

    public async Task DisposeAsync() => await _session.DisposeAsync();

    [PeerFact]
    public async Task PublishAsync_BrokerStoppedAndStarted_NothingIsLost()
    {
        await using var client = await TestOptions.ConnectAsync(TestOptions.For(_broker.Port) with { Subscriptions = ["kept"] });
        await client.PublishAsync(TestOptions.Message("kept", "before")).WaitAsync(TestOptions.Bound);
        await client.TakeAsync(1);

        // Acknowledge() returns before the PUBACK is sent; a broker that stops without it rightly sends "before" again.
        await _broker.UntilLoggedAsync("Received PUBACK from", TestOptions.Bound);

        await _broker.StopAsync();
        var failure = await client.NextFailureAsync();
        var publishes = Enumerable.Range(0, 20).Select(n => client.PublishAsync(TestOptions.Message("kept", $"{n}"))).ToList();
        await _broker.StartAgainAsync();
        await Task.WhenAll(publishes).WaitAsync(TestOptions.Bound);
        var received = await client.TakeAsync(20);

        Assert.Contains(failure.Reason, (string[])[MqttReasons.DisconnectedByBroker, MqttReasons.ConnectionLost]);
        Assert.Equal(Enumerable.Range(0, 20).Select(n => $"{n}"), received.Select(m => m.Text()));
        Assert.True(client.State.SessionPresent);
    }

    [PeerFact]
    public async Task SubscribeAsync_BrokerLostTheSession_IsMadeAgain()
    {
        await using var client = await TestOptions.ConnectAsync(TestOptions.For(_broker.Port) with { SessionExpiry = TimeSpan.Zero, Subscriptions = ["again/#", "other"] });

        await _broker.KillAsync();
        await client.NextFailureAsync();
        await _broker.StartAgainAsync();
        var state = await client.UntilAsync(s => s.IsConnected);
        await client.PublishAsync(TestOptions.Message("again/1", "x")).WaitAsync(TestOptions.Bound);
        await client.PublishAsync(TestOptions.Message("other", "y")).WaitAsync(TestOptions.Bound);

        Assert.False(state.SessionPresent);
        Assert.Equal(["x", "y"], (await client.TakeAsync(2)).Select(m => m.Text()));
    }

    [PeerFact]
    public async Task Start_BrokerNotThere_ConnectsWhenItComes()
    {
        await _broker.StopAsync();
        await using var client = TestOptions.Start(TestOptions.For(_broker.Port));
        var failure = await client.NextFailureAsync();
        var publish = client.PublishAsync(TestOptions.Message("early", "bird"));

        await _broker.StartAgainAsync();
        await publish.WaitAsync(TestOptions.Bound);

        Assert.Equal(MqttReasons.BrokerUnreachable, failure.Reason);
    }

    [PeerFact]
    public async Task PublishAsync_OfflineAndToldToFail_FailsAtOnce()
    {
        await _broker.StopAsync();
        await using var client = TestOptions.Start(TestOptions.For(_broker.Port) with { FailWhenOffline = true });

        var failure = await Assert.ThrowsAsync<MqttException>(() => client.PublishAsync(TestOptions.Message("a", "b")).WaitAsync(TestOptions.Bound));

        Assert.Equal(MqttReasons.Offline, failure.Reason);
    }

    [PeerFact]
    public async Task PublishAsync_MoreThanTheQueueHolds_FailsWithQueueFull()
    {
        await _broker.StopAsync();
        await using var client = TestOptions.Start(TestOptions.For(_broker.Port) with { QueueCapacity = 2 });
        var waiting = Enumerable.Range(0, 2).Select(n => client.PublishAsync(TestOptions.Message("q", $"{n}"))).ToList();

        var failure = await Assert.ThrowsAsync<MqttException>(() => client.PublishAsync(TestOptions.Message("q", "2")));
        await _broker.StartAgainAsync();
        await Task.WhenAll(waiting).WaitAsync(TestOptions.Bound);
        await client.PublishAsync(TestOptions.Message("q", "3")).WaitAsync(TestOptions.Bound);

        Assert.Equal(MqttReasons.QueueFull, failure.Reason);
    }

    [PeerFact]
    public async Task PublishAsync_CancelledWhileOffline_IsNeverSent()
    {
        await _broker.StopAsync();
        await using var client = TestOptions.Start(TestOptions.For(_broker.Port) with { Subscriptions = ["c"] });
        using var cancel = new CancellationTokenSource();
        var cancelled = client.PublishAsync(TestOptions.Message("c", "cancelled"), cancel.Token);
        var kept = client.PublishAsync(TestOptions.Message("c", "kept"));

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(TestOptions.Bound));
        await _broker.StartAgainAsync();
        await kept.WaitAsync(TestOptions.Bound);

        Assert.Equal("kept", (await client.TakeAsync(1))[0].Text());
    }

    [PeerFact]
    public async Task DisposeAsync_Offline_FailsWhatWaits()
    {
        await _broker.StopAsync();
        var client = TestOptions.Start(TestOptions.For(_broker.Port));
        var publish = client.PublishAsync(TestOptions.Message("a", "b"));

        await client.DisposeAsync().AsTask().WaitAsync(TestOptions.Bound);

        Assert.Equal(MqttReasons.Stopped, (await Assert.ThrowsAsync<MqttException>(() => publish)).Reason);
    }

    [PeerFact]
    public async Task KeepAlive_BrokerFrozen_IsNoticedAndConnectsAgain()
    {
        var options = TestOptions.For(_broker.Port) with { KeepAlive = TimeSpan.FromSeconds(1), ResponseTimeout = TimeSpan.FromSeconds(1) };
        await using var client = await TestOptions.ConnectAsync(options);

        _broker.Freeze();
        var failure = await client.NextFailureAsync();
        _broker.Thaw();
        var state = await client.UntilAsync(s => s.IsConnected);

        Assert.Equal(MqttReasons.BrokerSilent, failure.Reason);
        Assert.True(state.SessionPresent);
    }
}
