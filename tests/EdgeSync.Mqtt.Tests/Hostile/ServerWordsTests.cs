using EdgeSync.Mqtt.Tests.Brokers;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Mqtt.Tests.Hostile;

/// <summary>What a broker says by reason codes and limits, and what the client makes of it.</summary>
public sealed class ServerWordsTests : IDisposable
{
    private readonly ScriptedBroker _broker = new();

    private MqttClientOptions Options => TestOptions.For(_broker.Port) with { StopTimeout = TimeSpan.FromMilliseconds(200) };

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
        Assert.Equal("x", failure.ServerReference);
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
    [InlineData("24 00", MqttReasonCode.QosNotSupported)]
    [InlineData("25 00", MqttReasonCode.RetainNotSupported)]
    public async Task Publish_BeyondTheServersAbilities_FailsWithoutBeingSent(string property, MqttReasonCode code)
    {
        await using var client = TestOptions.Start(Options);
        using var connection = await _broker.WelcomeAsync($"20 05 00 00 02 {property}");

        var failure = await Assert.ThrowsAsync<MqttException>(
            () => client.PublishAsync(TestOptions.Message("a", "b") with { Retain = true }).WaitAsync(TestOptions.Bound));
        await client.PublishAsync(TestOptions.Message("c", "d") with { QualityOfService = MqttQualityOfService.AtMostOnce }).WaitAsync(TestOptions.Bound);

        Assert.Equal((MqttReasons.NotSupportedByBroker, code), (failure.Reason, failure.Code));
        await connection.ExpectAsync(0x30);
    }

    [Theory]
    [InlineData("28 00", "a/#", MqttReasonCode.WildcardSubscriptionsNotSupported)]
    [InlineData("2A 00", "$share/g/a", MqttReasonCode.SharedSubscriptionsNotSupported)]
    public async Task Subscribe_BeyondTheServersAbilities_FailsWithoutBeingSent(string property, string filter, MqttReasonCode code)
    {
        await using var client = TestOptions.Start(Options);
        using var connection = await _broker.WelcomeAsync($"20 05 00 00 02 {property}");

        var failure = await Assert.ThrowsAsync<MqttException>(
            () => client.SubscribeAsync([new MqttSubscription(filter)]).WaitAsync(TestOptions.Bound));

        Assert.Equal((MqttReasons.NotSupportedByBroker, code, filter), (failure.Reason, failure.Code, failure.Subject));
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
    public async Task SubAck_Refusal_NamesTheFilterAndIsNotTriedAgain()
    {
        await using var client = TestOptions.Start(Options);
        using var connection = await _broker.WelcomeAsync();
        var subscribe = client.SubscribeAsync([new MqttSubscription("good"), new MqttSubscription("bad")]);
        await connection.ExpectAsync(0x82);
        await connection.SendAsync("90 05 00 01 00 01 87");

        var failure = await Assert.ThrowsAsync<MqttException>(() => subscribe.WaitAsync(TestOptions.Bound));
        connection.Dispose();
        using var next = await _broker.WelcomeAsync();
        var again = await next.ExpectAsync(0x82);

        Assert.Equal((MqttReasons.SubscriptionRefused, "bad", MqttReasonCode.NotAuthorized), (failure.Reason, failure.Subject, failure.Code));
        Assert.Contains("good", System.Text.Encoding.UTF8.GetString(again), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscription_RefusedWhenMadeAgain_ShowsInTheStateAndTheConnectionStays()
    {
        await using var client = TestOptions.Start(Options);
        using var connection = await _broker.WelcomeAsync();
        var subscribe = client.SubscribeAsync([new MqttSubscription("a")]);
        await connection.ExpectAsync(0x82);
        await connection.SendAsync("90 04 00 01 00 01");
        await subscribe.WaitAsync(TestOptions.Bound);
        connection.Dispose();

        using var next = await _broker.WelcomeAsync();
        await next.ExpectAsync(0x82);
        await next.SendAsync("90 04 00 02 00 87");
        var state = await client.UntilAsync(s => s is { IsConnected: true, Failure: not null });

        Assert.Equal((MqttReasons.SubscriptionRefused, "a"), (state.Failure!.Reason, state.Failure.Subject));
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
    public async Task Acknowledge_WhileAway_AnswersTheDuplicateWithoutDeliveringItAgain()
    {
        await using var client = TestOptions.Start(Options);
        using var connection = await _broker.WelcomeAsync();
        await connection.SendAsync("32 07 00 01 61 00 05 00 78");
        var delivery = (await TakeUnacknowledgedAsync(client, 1))[0];
        connection.Dispose();
        await client.NextFailureAsync();
        delivery.Acknowledge();

        using var next = await _broker.WelcomeAsync("20 03 01 00 00");
        await next.SendAsync("3A 07 00 01 61 00 05 00 78 32 07 00 01 61 00 06 00 79");

        Assert.Equal(5, (await next.ExpectAsync(0x40))[1]);
        Assert.Equal("y", (await client.TakeAsync(1))[0].Text());
    }

    [Fact]
    public async Task Receive_QosZeroFlood_IsDroppedAndCounted()
    {
        await using var client = TestOptions.Start(Options with { ReceiveMaximum = 4 });
        using var connection = await _broker.WelcomeAsync();
        await connection.SendAsync(string.Concat(Enumerable.Repeat("30 04 00 01 61 00", 50)) + "32 06 00 01 62 00 01 00");

        // Whoever takes while the flood still comes makes room for more of it.
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

    private static async Task<List<MqttDelivery>> TakeUnacknowledgedAsync(MqttClient client, int count)
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
