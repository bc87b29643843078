using EdgeSync.Mqtt.Tests.Brokers;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Mqtt.Tests.Hostile;

/// <summary>What the session does with a broker's reason codes and limits.</summary>
public sealed class BrokerAnswerTests : IDisposable
{
    private readonly ScriptedBroker _broker = new();

    private MqttSessionOptions Options => TestOptions.For(_broker.Port) with { StopTimeout = TimeSpan.FromMilliseconds(200) };

    public void Dispose() => _broker.Dispose();

    [Theory]
    [InlineData("87", MqttReasons.NotAuthorized, Disposition.Stalled)]
    [InlineData("86", MqttReasons.NotAuthorized, Disposition.Stalled)]
    [InlineData("85", MqttReasons.NotAuthorized, Disposition.Stalled)]
    [InlineData("84", MqttReasons.ConnectRefused, Disposition.Stalled)]
    [InlineData("88", MqttReasons.BrokerBusy, Disposition.Transient)]
    [InlineData("89", MqttReasons.BrokerBusy, Disposition.Transient)]
    [InlineData("9F", MqttReasons.BrokerBusy, Disposition.Transient)]
    [InlineData("95", MqttReasons.ConnectRefused, Disposition.Transient)]
    [InlineData("9D", MqttReasons.BrokerMoved, Disposition.Stalled)]
    public async Task ConnAck_Refusal_IsReportedWithItsReason(string code, string reason, Disposition disposition)
    {
        await using var client = TestOptions.Start(Options);
        using var connection = await _broker.WelcomeAsync($"20 03 00 {code} 00");

        var failure = await client.NextFailureAsync();

        Assert.Equal((reason, disposition), (failure.Reason, failure.Disposition));
        Assert.Equal(Convert.ToInt32(code, 16), (int)failure.Code!);
    }

    [Fact]
    public async Task Disconnect_SessionTakenOver_WaitsLong()
    {
        await using var client = TestOptions.Start(Options with { TakeoverDelay = TimeSpan.FromHours(1) });
        using var connection = await _broker.WelcomeAsync();
        await connection.SendAsync("E0 01 8E");

        var state = await client.UntilAsync(s => s.Failure is not null);

        Assert.Equal(MqttReasons.SessionTakenOver, state.Failure!.Reason);
        Assert.InRange(state.RetryAfter!.Value, TimeSpan.FromHours(1), TimeSpan.FromHours(2));
        Assert.Null(await connection.ReadAsync());
    }

    [Fact]
    public async Task Disconnect_ServerReference_IsReportedAndNotFollowed()
    {
        await using var client = TestOptions.Start(Options);
        using var connection = await _broker.WelcomeAsync();
        await connection.SendAsync("E0 0C 9C 0A 1C 00 01 78 1F 00 03 61 0A 62");

        var failure = await client.NextFailureAsync();
        using var next = await _broker.AcceptAsync();

        Assert.Equal(MqttReasons.BrokerMoved, failure.Reason);
        Assert.Contains("other server \"x\"", failure.Message, StringComparison.Ordinal);
        Assert.Contains("\"a?b\"", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_SessionLost_FailsAndIsNotSentAgain()
    {
        await using var client = TestOptions.Start(Options);
        using var connection = await _broker.WelcomeAsync();
        var publish = client.PublishAsync(TestOptions.Message("a", "b"));
        await connection.ExpectAsync(0x32);
        connection.Dispose();

        using var next = await _broker.WelcomeAsync();
        var failure = await Assert.ThrowsAsync<MqttException>(() => publish.WaitAsync(TestOptions.Bound));
        var later = client.PublishAsync(TestOptions.Message("c", "d"));

        Assert.Equal(MqttReasons.SessionLost, failure.Reason);
        Assert.Equal((byte)'c', (await next.ExpectAsync(0x32))[2]);
        await next.SendAsync("40 02 00 02");
        await later.WaitAsync(TestOptions.Bound);
    }

    [Fact]
    public async Task Publish_SessionPresent_ResendsInOrderBeforeAnythingNew()
    {
        await using var client = TestOptions.Start(Options);
        using var connection = await _broker.WelcomeAsync("20 06 00 00 03 21 00 02"); // receive maximum 2
        var publishes = Enumerable.Range(1, 4).Select(n => client.PublishAsync(TestOptions.Message("a", $"{n}"))).ToList();
        await connection.ExpectAsync(0x32);
        await connection.ExpectAsync(0x32);
        await connection.SendAsync("40 02 00 01");
        Assert.Equal((byte)'3', (await connection.ExpectAsync(0x32))[^1]);
        connection.Dispose();

        using var next = await _broker.WelcomeAsync("20 06 01 00 03 21 00 01"); // receive maximum 1
        Assert.Equal((byte)'2', (await next.ExpectAsync(0x3A))[^1]);
        await next.SendAsync("40 02 00 02");
        Assert.Equal((byte)'3', (await next.ExpectAsync(0x3A))[^1]);
        await next.SendAsync("40 02 00 03");
        Assert.Equal((byte)'4', (await next.ExpectAsync(0x32))[^1]);
        await next.SendAsync("40 02 00 04");

        await Task.WhenAll(publishes).WaitAsync(TestOptions.Bound);
    }

    [Theory]
    [InlineData("24 00", 0x9B)]
    [InlineData("25 00", 0x9A)]
    public async Task Publish_BeyondTheServersAbilities_FailsWithoutBeingSent(string property, int code)
    {
        await using var client = TestOptions.Start(Options);
        using var connection = await _broker.WelcomeAsync($"20 05 00 00 02 {property}");

        var failure = await Assert.ThrowsAsync<MqttException>(
            () => client.PublishAsync(TestOptions.Message("a", "b") with { Retain = true }).WaitAsync(TestOptions.Bound));
        await client.DisposeAsync();

        Assert.Equal((MqttReasons.NotSupportedByBroker, code), (failure.Reason, failure.Code));
        await connection.ExpectAsync(0xE0);
    }

    [Fact]
    public async Task Publish_WithoutRetainAtTheBroker_OtherMessagesAreSent()
    {
        await using var client = TestOptions.Start(Options);
        using var connection = await _broker.WelcomeAsync("20 05 00 00 02 25 00");
        await Assert.ThrowsAsync<MqttException>(() => client.PublishAsync(TestOptions.Message("a", "b") with { Retain = true }).WaitAsync(TestOptions.Bound));

        var publish = client.PublishAsync(TestOptions.Message("c", "d"));
        await connection.ExpectAsync(0x32);
        await connection.SendAsync("40 02 00 01");

        Assert.True(await publish.WaitAsync(TestOptions.Bound));
    }

    [Fact]
    public async Task Subscribe_WildcardsNotSupported_IsNotSentAndShowsInTheState()
    {
        await using var client = TestOptions.Start(Options with { Subscriptions = ["a/#", "b"] });
        using var connection = await _broker.WelcomeAsync("20 05 00 00 02 28 00");
        var sent = await connection.ExpectAsync(0x82);
        await connection.SendAsync("90 04 00 01 00 01");

        var state = await client.UntilAsync(s => s.IsConnected);

        Assert.Equal((byte)'b', sent[^2]);
        Assert.Equal((MqttReasons.NotSupportedByBroker, 0xA2, "a/#"), (state.Failure!.Reason, state.Failure.Code, state.Failure.Subject));
    }

    [Theory]
    [InlineData("40 03 00 01 87", Disposition.Stalled)]
    [InlineData("40 04 00 01 97 00", Disposition.Transient)]
    [InlineData("40 09 00 01 99 05 1F 00 02 6E 6F", Disposition.Stalled)]
    public async Task PubAck_Refusal_FailsThePublish(string packet, Disposition disposition)
    {
        await using var client = TestOptions.Start(Options);
        using var connection = await _broker.WelcomeAsync();
        var publish = client.PublishAsync(TestOptions.Message("a", "b"));
        await connection.ExpectAsync(0x32);
        await connection.SendAsync(packet);

        var failure = await Assert.ThrowsAsync<MqttException>(() => publish.WaitAsync(TestOptions.Bound));

        Assert.Equal((MqttReasons.PublishRefused, disposition, "a"), (failure.Reason, failure.Disposition, failure.Subject));
        Assert.True(client.State.IsConnected);
    }

    [Fact]
    public async Task SubAck_Refusal_NamesTheFilterAndTheOthersAreGranted()
    {
        await using var client = TestOptions.Start(Options with { Subscriptions = ["bad", "good"] });
        using var connection = await _broker.WelcomeAsync();
        await connection.ExpectAsync(0x82);
        await connection.SendAsync("90 04 00 01 00 87");
        await connection.ExpectAsync(0x82);
        await connection.SendAsync("90 04 00 02 00 01");
        var state = await client.UntilAsync(s => s.IsConnected);
        connection.Dispose();

        // The session has "good"; what was refused may be allowed by now.
        using var next = await _broker.WelcomeAsync("20 03 01 00 00");
        var again = await next.ExpectAsync(0x82);
        await next.SendAsync("90 04 00 03 00 01");
        var later = await client.UntilAsync(s => s.IsConnected);

        Assert.Equal((MqttReasons.SubscriptionRefused, "bad", 0x87), (state.Failure!.Reason, state.Failure.Subject, state.Failure.Code));
        Assert.Contains("bad", System.Text.Encoding.UTF8.GetString(again), StringComparison.Ordinal);
        Assert.Null(later.Failure);
    }

    [Fact]
    public async Task Publish_BeforeTheSubscriptionsAreAnswered_Waits()
    {
        await using var client = TestOptions.Start(Options with { Subscriptions = ["a"] });
        using var connection = await _broker.WelcomeAsync();
        var publish = client.PublishAsync(TestOptions.Message("b", "c"));
        await connection.ExpectAsync(0x82);
        await connection.SendAsync("90 04 00 01 00 01");

        await connection.ExpectAsync(0x32);
        await connection.SendAsync("40 02 00 02");

        Assert.True(await publish.WaitAsync(TestOptions.Bound));
    }

    [Fact]
    public async Task PubAck_OfALostSession_DoesNotAcknowledgeANewMessage()
    {
        await using var client = TestOptions.Start(Options);
        using var connection = await _broker.WelcomeAsync();
        var lost = client.PublishAsync(TestOptions.Message("a", "b"));
        await connection.ExpectAsync(0x32);
        connection.Dispose();

        using var next = await _broker.WelcomeAsync();
        Assert.Equal(MqttReasons.SessionLost, (await Assert.ThrowsAsync<MqttException>(() => lost.WaitAsync(TestOptions.Bound))).Reason);
        var later = client.PublishAsync(TestOptions.Message("c", "d"));
        await next.ExpectAsync(0x32);
        await next.SendAsync("40 02 00 01");
        await client.UntilAsync(s => s.Failure is { Reason: MqttReasons.ProtocolViolation });

        Assert.False(later.IsCompleted);
        using var last = await _broker.WelcomeAsync("20 03 01 00 00");
        await last.ExpectAsync(0x3A);
        await last.SendAsync("40 02 00 02");
        Assert.True(await later.WaitAsync(TestOptions.Bound));
    }

    [Fact]
    public async Task Acknowledge_OutOfOrder_PubAcksLeaveInOrder()
    {
        await using var client = TestOptions.Start(Options);
        using var connection = await _broker.WelcomeAsync();
        await connection.SendAsync("32 06 00 01 61 00 05 00 32 06 00 01 61 00 06 00");
        var deliveries = await TakeUnacknowledgedAsync(client, 2);

        deliveries[1].Acknowledge();
        deliveries[0].Acknowledge();

        Assert.Equal(5, (await connection.ExpectAsync(0x40))[1]);
        Assert.Equal(6, (await connection.ExpectAsync(0x40))[1]);
    }

    [Fact]
    public async Task Acknowledge_AfterItsConnection_IsNotSentOnTheNextOne()
    {
        await using var client = TestOptions.Start(Options);
        using var connection = await _broker.WelcomeAsync();
        await connection.SendAsync("32 07 00 01 61 00 05 00 78");
        var delivery = (await TakeUnacknowledgedAsync(client, 1))[0];
        connection.Dispose();
        await client.NextFailureAsync();
        delivery.Acknowledge();

        // The broker sends it again, after another message: the late acknowledgement must not answer either of them.
        using var next = await _broker.WelcomeAsync("20 03 01 00 00");
        await next.SendAsync("32 07 00 01 61 00 06 00 79 3A 07 00 01 61 00 05 00 78");
        var received = await TakeUnacknowledgedAsync(client, 2);
        received.ForEach(again => again.Acknowledge());

        Assert.Equal(["y", "x"], received.Select(again => again.Message.Text()));
        Assert.True(received[1].Duplicate);
        Assert.Equal(6, (await next.ExpectAsync(0x40))[1]);
        Assert.Equal(5, (await next.ExpectAsync(0x40))[1]);
    }

    [Fact]
    public async Task Receive_UnreadMessagesOfALostConnection_AreNotDeliveredTwice()
    {
        await using var client = TestOptions.Start(Options);
        using var connection = await _broker.WelcomeAsync();
        await connection.SendAsync("32 07 00 01 61 00 05 00 78");
        Assert.True(SpinWait.SpinUntil(() => client.State.IsConnected, TestOptions.Bound));
        connection.Dispose();
        await client.NextFailureAsync();

        using var next = await _broker.WelcomeAsync("20 03 01 00 00");
        await client.UntilAsync(s => s.IsConnected);
        await next.SendAsync("3A 07 00 01 61 00 05 00 78 32 07 00 01 61 00 06 00 79");

        Assert.Equal(["x", "y"], (await client.TakeAsync(2)).Select(m => m.Text()));
        Assert.Equal(5, (await next.ExpectAsync(0x40))[1]);
    }

    [Fact]
    public async Task Receive_QosZeroFlood_IsDroppedAndCounted()
    {
        await using var client = TestOptions.Start(Options with { ReceiveMaximum = 4 });
        using var connection = await _broker.WelcomeAsync();
        await connection.SendAsync(string.Concat(Enumerable.Repeat("30 04 00 01 61 00", 50)) + "32 06 00 01 62 00 01 00");

        // A read while the flood still comes would make room for more of it.
        Assert.True(SpinWait.SpinUntil(() => client.DroppedMessages == 46, TestOptions.Bound));
        var received = await client.TakeAsync(5);

        Assert.Equal(["a", "a", "a", "a", "b"], received.Select(m => m.Topic));
        Assert.Equal(46, client.DroppedMessages);
    }

    [Fact]
    public async Task Start_ConnectionsThatDoNotHold_BackOffToTheCap()
    {
        await using var client = TestOptions.Start(Options with { BackoffFirst = TimeSpan.FromMilliseconds(1), BackoffCap = TimeSpan.FromMilliseconds(64) });
        var waits = new List<TimeSpan>();
        for (var round = 0; round < 12; round++)
        {
            (await _broker.WelcomeAsync()).Dispose();
            waits.Add((await client.UntilAsync(s => s.RetryAfter is not null)).RetryAfter!.Value);
        }

        Assert.True(waits.Max() > TimeSpan.FromMilliseconds(16), string.Join(' ', waits));
        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(64)));
    }

    private static async Task<List<MqttDelivery>> TakeUnacknowledgedAsync(RunningSession client, int count)
    {
        using var timeout = new CancellationTokenSource(TestOptions.Bound);
        var deliveries = new List<MqttDelivery>();
        await foreach (var delivery in client.ReceiveAsync(timeout.Token))
        {
            deliveries.Add(delivery);
            if (deliveries.Count == count)
            {
                break;
            }
        }

        return deliveries;
    }
}
