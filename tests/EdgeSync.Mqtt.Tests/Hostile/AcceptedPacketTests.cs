using EdgeSync.Mqtt.Tests.Brokers;

namespace EdgeSync.Mqtt.Tests.Hostile;

/// <summary>
/// A forbidden packet that MQTTnet reads does no harm: the session goes on or connects again, the deliveries that follow come in order with
/// their own content, and no message is acknowledged without a PUBACK of its own.
/// </summary>
public sealed class AcceptedPacketTests
{
    private const byte PubAck = 0x40;
    private const byte Publish = 0x32;
    private const byte RepeatedPublish = 0x3A;
    private const byte PingReq = 0xC0;
    private const byte Disconnect = 0xE0;

    public static TheoryData<string, HostileState, string> Cases => AcceptedCases.All();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Broker_SendsForbiddenPacketThatIsRead_SessionStillWorks(string name, HostileState state, string packet)
    {
        using var broker = new ScriptedBroker();
        await using var client = TestOptions.Start(TestOptions.For(broker.Port) with
        {
            Subscriptions = state == HostileState.Subscribing ? ["a"] : [],
            StopTimeout = TimeSpan.FromMilliseconds(100),
        });
        using var connection = await broker.AcceptAsync();
        await connection.ExpectAsync(0x10);
        var first = await PrepareAsync(client, connection, state);
        var taking = TakeUntilTwoAsync(client);

        // The session reads in this order: a PUBACK for "two" proves that it has read the packet and stayed.
        await connection.SendAsync($"{packet} 32 09 00 01 61 00 0B 00 6F 6E 65 32 09 00 01 61 00 0C 00 74 77 6F");
        var stays = await AnswersBothAsync(connection, first);
        using var next = stays ? null : await broker.WelcomeAsync("20 03 01 00 00");
        if (next is not null)
        {
            connection.Dispose();
            await next.SendAsync("3A 09 00 01 61 00 0B 00 6F 6E 65 3A 09 00 01 61 00 0C 00 74 77 6F");
            Assert.True(await AnswersBothAsync(next, first));
        }

        var received = await taking;
        var isMessage = packet.StartsWith('3');
        Assert.Equal(["one", "two"], received.TakeLast(2));
        Assert.All(received.SkipLast(2), text => Assert.Equal((true, ""), (isMessage, text)));
        Assert.True(await first.WaitAsync(TestOptions.Bound));
        await AssertAcknowledgedByItsPubAckAsync(client, next ?? connection, name);
    }

    // A reader must not trust a topic: what is no UTF-8 reaches it as U+FFFD, and U+0000 as it is.
    [Theory]
    [InlineData("30 05 00 02 61 00 00", "a\0")]
    [InlineData("30 05 00 02 C3 28 00", "\uFFFD(")]
    public async Task Receive_TopicThatIsNoText_ReachesTheReader(string packet, string topic)
    {
        using var broker = new ScriptedBroker();
        await using var client = TestOptions.Start(TestOptions.For(broker.Port) with { StopTimeout = TimeSpan.FromMilliseconds(100) });
        using var connection = await broker.WelcomeAsync();

        await connection.SendAsync(packet);

        Assert.Equal(topic, (await client.TakeAsync(1))[0].Topic);
    }

    [Fact]
    public void Cases_PacketsThatMqttNetReads_AreAllThere() => Assert.Equal(55, Cases.Count);

    /// <summary>The publish that waits for its PUBACK, or a finished task.</summary>
    private static async Task<Task<bool>> PrepareAsync(RunningSession client, ScriptedConnection connection, HostileState state)
    {
        if (state == HostileState.Connecting)
        {
            return Task.FromResult(true);
        }

        await connection.SendAsync("20 03 00 00 00");
        if (state == HostileState.Subscribing)
        {
            await connection.ExpectAsync(0x82);
            return Task.FromResult(true);
        }

        await client.UntilAsync(s => s.IsConnected);
        if (state == HostileState.Idle)
        {
            return Task.FromResult(true);
        }

        var publish = client.PublishAsync(TestOptions.Message("first", "x"));
        await connection.ExpectAsync(Publish);
        return publish;
    }

    private static async Task<List<string>> TakeUntilTwoAsync(RunningSession client)
    {
        using var timeout = new CancellationTokenSource(TestOptions.Bound);
        var texts = new List<string>();
        await foreach (var delivery in client.ReceiveAsync(timeout.Token))
        {
            texts.Add(delivery.Message.Text());
            delivery.Acknowledge();
            if (texts[^1] == "two")
            {
                break;
            }
        }

        return texts;
    }

    /// <summary>Whether the session answers both deliveries, in order; false where it leaves instead.</summary>
    private static async Task<bool> AnswersBothAsync(ScriptedConnection connection, Task<bool> first)
    {
        var answered = new List<int>();
        while (answered.Count < 2)
        {
            switch (await connection.ReadAsync())
            {
                case null or { First: Disconnect }:
                    return false;
                case { First: PubAck } answer:
                    answered.Add(answer.Body[1]);
                    break;
                case { First: PingReq }:
                    await connection.SendAsync("D0 00");
                    break;
                case { First: RepeatedPublish } repeated:
                    Assert.False(first.IsCompleted);
                    await connection.SendAsync($"40 02 {Convert.ToHexString(PacketId(repeated.Body))}");
                    break;
                case { } other:
                    Assert.Fail($"a packet {other.First:X2}");
                    break;
            }
        }

        Assert.Equal([11, 12], answered);
        return true;
    }

    private static async Task AssertAcknowledgedByItsPubAckAsync(RunningSession client, ScriptedConnection connection, string text)
    {
        var publish = client.PublishAsync(TestOptions.Message("later", text));
        (byte First, byte[] Body)? sent;
        while ((sent = await connection.ReadAsync()) is { First: PingReq })
        {
            await connection.SendAsync("D0 00");
        }

        Assert.Equal(Publish, sent?.First);
        Assert.False(publish.IsCompleted);
        await connection.SendAsync($"40 02 {Convert.ToHexString(PacketId(sent!.Value.Body))}");
        Assert.True(await publish.WaitAsync(TestOptions.Bound));
    }

    private static byte[] PacketId(byte[] publish) => publish.AsSpan(2 + publish[1], 2).ToArray();
}
