using System.Text;

namespace EdgeSync.Mqtt.Tests.Brokers;

/// <summary>A session with a real mosquitto.</summary>
public sealed class MqttSessionTests(PlainBroker broker) : IClassFixture<PlainBroker>
{
    private MqttSessionOptions Options => TestOptions.For(broker.Port);

    [PeerFact]
    public async Task PublishAsync_QosOne_ArrivesWithAllItsProperties()
    {
        await using var client = await TestOptions.ConnectAsync(Options with { Subscriptions = ["round/+/trip"] });
        var sent = new MqttMessage
        {
            Topic = "round/ünïcode/trip",
            Payload = Encoding.UTF8.GetBytes("hello"),
            IsText = true,
            ContentType = "text/plain",
            Expiry = TimeSpan.FromMinutes(1),
        };

        await client.PublishAsync(sent).WaitAsync(TestOptions.Bound);
        var received = (await client.TakeAsync(1))[0];

        Assert.Equal(sent.Topic, received.Topic);
        Assert.Equal("hello", received.Text());
        Assert.True(received.IsText);
        Assert.Equal(sent.ContentType, received.ContentType);
        Assert.InRange(received.Expiry!.Value, TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(60));
    }

    [PeerFact]
    public async Task PublishAsync_NobodySubscribed_SaysSo()
    {
        await using var client = await TestOptions.ConnectAsync(Options);

        var unheard = await client.PublishAsync(TestOptions.Message("nobody", "1")).WaitAsync(TestOptions.Bound);
        await using var subscriber = await TestOptions.ConnectAsync(Options with { Subscriptions = ["nobody"] });
        var heard = await client.PublishAsync(TestOptions.Message("nobody", "2")).WaitAsync(TestOptions.Bound);

        Assert.Equal((false, true), (unheard, heard));
    }

    [PeerFact]
    public async Task PublishAsync_Retained_ReachesLaterSubscriber()
    {
        await using var client = await TestOptions.ConnectAsync(Options);
        await client.PublishAsync(TestOptions.Message("kept", "last") with { Retain = true }).WaitAsync(TestOptions.Bound);
        await using var later = await TestOptions.ConnectAsync(Options with { Subscriptions = ["kept"] });
        var received = (await later.TakeAsync(1))[0];

        Assert.True(received.Retain);
        Assert.Equal("last", received.Text());
    }

    [PeerFact]
    public async Task PublishAsync_BeyondReceiveMaximum_AllArriveInOrder()
    {
        await using var client = await TestOptions.ConnectAsync(Options with { Subscriptions = ["many"] });

        var publishes = Enumerable.Range(0, 300).Select(n => client.PublishAsync(TestOptions.Message("many", $"{n}"))).ToList();
        var received = await client.TakeAsync(300);
        await Task.WhenAll(publishes).WaitAsync(TestOptions.Bound);

        Assert.Equal(Enumerable.Range(0, 300).Select(n => $"{n}"), received.Select(m => m.Text()));
    }

    [PeerFact]
    public async Task PublishAsync_LargerThanBrokerTakes_FailsAloneAndConnectionStays()
    {
        await using var client = await TestOptions.ConnectAsync(Options);

        var failure = await Assert.ThrowsAsync<MqttException>(() =>
            client.PublishAsync(TestOptions.Message("big", new string('x', PlainBroker.MaximumPacketSize))).WaitAsync(TestOptions.Bound));
        await client.PublishAsync(TestOptions.Message("big", "small")).WaitAsync(TestOptions.Bound);

        Assert.Equal(MqttReasons.PacketTooLarge, failure.Reason);
        Assert.True(client.State.IsConnected);
    }

    [PeerFact]
    public async Task Start_SessionOfEarlierClient_BringsMessagesQueuedWhileAway()
    {
        var options = Options with { Subscriptions = ["away"] };
        await using (await TestOptions.ConnectAsync(options))
        {
        }

        await using var other = await TestOptions.ConnectAsync(Options);
        await other.PublishAsync(TestOptions.Message("away", "1")).WaitAsync(TestOptions.Bound);
        await other.PublishAsync(TestOptions.Message("away", "2")).WaitAsync(TestOptions.Bound);
        await using var after = await TestOptions.ConnectAsync(options);

        Assert.True(after.State.SessionPresent);
        Assert.Equal(["1", "2"], (await after.TakeAsync(2)).Select(m => m.Text()));
    }

    [PeerFact]
    public async Task Start_SessionExpired_IsNotPresent()
    {
        var options = Options with { SessionExpiry = TimeSpan.Zero };
        await (await TestOptions.ConnectAsync(options)).DisposeAsync();

        await using var after = await TestOptions.ConnectAsync(options);

        Assert.False(after.State.SessionPresent);
    }

    [PeerFact]
    public async Task Acknowledge_NotCalled_MessageComesAgainAfterReconnect()
    {
        var options = Options with { Subscriptions = ["unhandled"] };
        await using (var before = await TestOptions.ConnectAsync(options))
        {
            await before.PublishAsync(TestOptions.Message("unhandled", "again")).WaitAsync(TestOptions.Bound);
            using var timeout = new CancellationTokenSource(TestOptions.Bound);
            await foreach (var delivery in before.ReceiveAsync(timeout.Token))
            {
                Assert.False(delivery.Duplicate);
                break; // taken, and lost before it was handled
            }
        }

        await using var after = await TestOptions.ConnectAsync(options);

        Assert.Equal("again", (await after.TakeAsync(1))[0].Text());
    }

    [PeerFact]
    public async Task Start_SecondClientWithSameId_FirstSaysSoAndBothBackOff()
    {
        // mosquitto 2.0 closes without DISCONNECT here; a broker that names the reason is scripted in BrokerAnswerTests.
        var options = Options with { BackoffFirst = TimeSpan.FromMinutes(10), BackoffCap = TimeSpan.FromMinutes(10) };
        await using var first = await TestOptions.ConnectAsync(options);
        await using var second = await TestOptions.ConnectAsync(options);

        var state = await first.UntilAsync(s => s is { IsConnected: false, Failure: not null });

        Assert.Contains(state.Failure!.Reason, (string[])[MqttReasons.ConnectionLost, MqttReasons.SessionTakenOver]);
        Assert.Contains("client identifier", state.Failure.Hint, StringComparison.Ordinal);
        Assert.True(second.State.IsConnected);
    }

    [PeerFact]
    public async Task DisposeAsync_WithWill_BrokerForgetsIt()
    {
        await using var watcher = await TestOptions.ConnectAsync(Options with { Subscriptions = ["will/forgotten"] });
        await (await TestOptions.ConnectAsync(
            Options with { Will = new MqttWill(TestOptions.Message("will/forgotten", "gone")) })).DisposeAsync();

        await watcher.PublishAsync(TestOptions.Message("will/forgotten", "marker")).WaitAsync(TestOptions.Bound);

        Assert.Equal("marker", (await watcher.TakeAsync(1))[0].Text());
    }

    [PeerFact]
    public async Task DisposeAsync_PublishesUnderWay_AreDrained()
    {
        var client = await TestOptions.ConnectAsync(Options);
        var publishes = Enumerable.Range(0, 50).Select(n => client.PublishAsync(TestOptions.Message("drained", $"{n}"))).ToList();

        await client.DisposeAsync();
        await Task.WhenAll(publishes).WaitAsync(TestOptions.Bound);

        var failure = await Assert.ThrowsAsync<MqttException>(() => client.PublishAsync(TestOptions.Message("drained", "late")));
        Assert.Equal(MqttReasons.Stopped, failure.Reason);
    }

    [PeerFact]
    public async Task BrokerLog_AfterAnOrderlySession_HoldsNoProtocolError()
    {
        var options = Options;
        await (await TestOptions.ConnectAsync(options)).DisposeAsync();

        await broker.Server.UntilLoggedAsync($"Received DISCONNECT from {options.ClientId}", TestOptions.Bound);

        Assert.DoesNotContain("rotocol error", broker.Server.ReadLog(), StringComparison.Ordinal);
        Assert.DoesNotContain("alformed", broker.Server.ReadLog(), StringComparison.Ordinal);
    }
}
