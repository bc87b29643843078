using EdgeSync.Mqtt.Tests.Brokers;
using EdgeSync.Testing;

namespace EdgeSync.Mqtt.Tests.Hostile;

/// <summary>A broker that closes the connection where others refuse one packet: the rest is served, and the session does not go round in a loop.</summary>
public sealed class ClosingBrokerTests : IDisposable
{
    private const byte Publish = 0x32;
    private const byte RepeatedPublish = 0x3A;
    private const byte Subscribe = 0x82;
    private const string NotAuthorized = "E0 01 87";
    private const string ConnAck = "20 03 01 00 00";

    private readonly ScriptedBroker _broker = new();
    private Task<(byte First, byte[] Body)?>? _reading;

    private MqttSessionOptions Options => TestOptions.For(_broker.Port) with { StopTimeout = TimeSpan.FromMilliseconds(100), BackoffCap = TimeSpan.FromMilliseconds(50) };

    public void Dispose() => _broker.Dispose();

    [Theory]
    [InlineData("", 3)]
    [InlineData(NotAuthorized, 2)]
    public async Task Publish_BrokerClosesAtOneTopic_ItFailsAndTheOthersArrive(string goodbye, int closes)
    {
        await using var client = TestOptions.Start(Options);
        var refused = client.PublishAsync(TestOptions.Message("presence", "x"));
        var wanted = client.PublishAsync(TestOptions.Message("status", "y"));

        // Both are under way at the first close, so that it does not say which of them the broker does not take.
        await CloseAfterAsync(goodbye, Publish, Publish);
        for (var count = 0; count < closes; count++)
        {
            await CloseAfterAsync(goodbye, RepeatedPublish);
        }

        var failure = await Assert.ThrowsAsync<MqttException>(() => refused.WaitAsync(TestOptions.Bound));
        using var connection = await _broker.WelcomeAsync(ConnAck);
        Assert.Equal((byte)'y', (await connection.ExpectAsync(RepeatedPublish))[^1]);
        await connection.SendAsync("40 02 00 02");

        Assert.True(await wanted.WaitAsync(TestOptions.Bound));
        Assert.Equal((MqttReasons.PublishRefused, "presence"), (failure.Reason, failure.Subject));
        var again = await Assert.ThrowsAsync<MqttException>(() => client.PublishAsync(TestOptions.Message("presence", "z")));
        Assert.Equal(MqttReasons.PublishRefused, again.Reason);
    }

    [Fact]
    public async Task Publish_BrokerClosedAtTheTopicBefore_IsTriedAgainAfterAMinute()
    {
        var clock = new ManualTimeProvider();
        await using var client = TestOptions.Start(Options with { KeepAlive = TimeSpan.Zero }, clock);
        var refused = client.PublishAsync(TestOptions.Message("presence", "x"));
        await AdvanceUntilAsync(clock, ServeAsync());
        using var connection = await AdvanceUntilAsync(clock, _broker.WelcomeAsync(ConnAck));
        await client.UntilAsync(s => s.IsConnected && refused.IsCompleted);
        Assert.Equal(MqttReasons.PublishRefused, (await Assert.ThrowsAsync<MqttException>(() => refused)).Reason);

        clock.Advance(TimeSpan.FromMinutes(1));
        var again = client.PublishAsync(TestOptions.Message("presence", "y"));
        Assert.Equal((byte)'y', (await connection.ExpectAsync(Publish))[^1]);
        await connection.SendAsync("40 02 00 02");

        Assert.True(await again.WaitAsync(TestOptions.Bound));

        async Task<bool> ServeAsync()
        {
            await CloseAfterAsync(NotAuthorized, Publish);
            await CloseAfterAsync(NotAuthorized, RepeatedPublish);
            return true;
        }
    }

    [Fact]
    public async Task Publish_LinkBreaksWithPubAcksBetween_IsNotTakenForARefusal()
    {
        await using var client = TestOptions.Start(Options);
        var publishes = Enumerable.Range(1, 6).Select(number => client.PublishAsync(TestOptions.Message("acks", $"{number}"))).ToList();

        for (var number = 1; number <= 6; number++)
        {
            using var connection = await _broker.WelcomeAsync("20 06 01 00 03 21 00 02");
            var first = await connection.ReadAsync();
            await connection.SendAsync($"40 02 00 {number:X2}");
            Assert.True(await publishes[number - 1].WaitAsync(TestOptions.Bound));
            Assert.Equal((byte)('0' + number), first!.Value.Body[^1]);
        }
    }

    [Fact]
    public async Task Publish_BrokerNeverAnswersOneTopic_ItFailsAtLast()
    {
        var clock = new ManualTimeProvider();
        await using var client = TestOptions.Start(Options with { KeepAlive = TimeSpan.Zero }, clock);
        var silent = client.PublishAsync(TestOptions.Message("presence", "x"));
        for (var count = 0; count < 3; count++)
        {
            using var connection = await AdvanceUntilAsync(clock, _broker.WelcomeAsync(ConnAck));
            await connection.ExpectAsync(count == 0 ? Publish : RepeatedPublish);
            while (await IsOpenAsync(connection))
            {
                clock.Advance(TimeSpan.FromSeconds(5));
            }
        }

        Assert.Equal(MqttReasons.PublishRefused, (await Assert.ThrowsAsync<MqttException>(() => silent.WaitAsync(TestOptions.Bound))).Reason);

        async Task<bool> IsOpenAsync(ScriptedConnection connection)
        {
            _reading ??= connection.ReadAsync();
            await Task.WhenAny(_reading, Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System));
            if (!_reading.IsCompleted)
            {
                return true;
            }

            Assert.Null(await _reading);
            _reading = null;
            return false;
        }
    }

    [Theory]
    [InlineData("", 3)]
    [InlineData(NotAuthorized, 2)]
    public async Task Subscribe_BrokerClosesAtOneFilter_TheOtherIsGrantedAndPublishesFlow(string goodbye, int closes)
    {
        await using var client = TestOptions.Start(Options with { Subscriptions = ["bad", "good"] });
        var publish = client.PublishAsync(TestOptions.Message("acks", "1"));
        for (var count = 0; count < closes; count++)
        {
            await CloseAfterAsync(goodbye, Subscribe);
        }

        using var connection = await _broker.WelcomeAsync();
        var granted = await connection.ExpectAsync(Subscribe);
        await connection.SendAsync($"90 04 {granted[0]:X2} {granted[1]:X2} 00 01");
        var state = await client.UntilAsync(s => s.IsConnected);
        var sent = await connection.ExpectAsync(Publish);
        await connection.SendAsync($"40 02 {sent[6]:X2} {sent[7]:X2}");

        Assert.True(await publish.WaitAsync(TestOptions.Bound));
        Assert.Equal((byte)'d', granted[^2]);
        Assert.Equal((MqttReasons.SubscriptionRefused, "bad"), (state.Failure!.Reason, state.Failure.Subject));
    }

    [Theory]
    [InlineData("20 03 00 87 00", 2)]
    [InlineData("20 03 00 9A 00", 2)]
    [InlineData("20 03 00 9B 00", 2)]
    [InlineData("20 03 00 90 00", 2)]
    [InlineData("", 3)]
    public async Task Connect_BrokerRefusesTheWill_ConnectsWithoutIt(string connAck, int refusals)
    {
        await using var client = TestOptions.Start(Options with { Will = new MqttWill(TestOptions.Message("presence", "offline") with { Retain = true }) });
        for (var count = 0; count < refusals; count++)
        {
            using var refusing = await _broker.AcceptAsync();
            Assert.NotEqual(0, (await refusing.ExpectAsync(0x10))[7] & 0x04);
            await refusing.SendAsync(connAck);
        }

        using var connection = await _broker.AcceptAsync();
        var connect = await connection.ExpectAsync(0x10);
        await connection.SendAsync("20 03 00 00 00");
        await client.UntilAsync(s => s.IsConnected);

        Assert.Equal(0, connect[7] & 0x04);
    }

    [Fact]
    public async Task Connect_BrokerRefusesTheClientItself_TriesWithTheWillAgain()
    {
        await using var client = TestOptions.Start(Options with { Will = new MqttWill(TestOptions.Message("presence", "offline")) });
        var withWill = new List<bool>();
        for (var count = 0; count < 6; count++)
        {
            using var refusing = await _broker.AcceptAsync();
            withWill.Add(((await refusing.ExpectAsync(0x10))[7] & 0x04) != 0);
            await refusing.SendAsync("20 03 00 87 00");
        }

        Assert.Equal([true, true, false, true, true, false], withWill);
    }

    [Theory]
    [InlineData("25 00", false)]
    [InlineData("25 01", true)]
    public async Task State_TellsWhetherTheBrokerKeepsRetainedMessages(string property, bool isAvailable)
    {
        await using var client = TestOptions.Start(Options);
        using var connection = await _broker.WelcomeAsync($"20 05 00 00 02 {property}");

        var state = await client.UntilAsync(s => s.IsConnected);

        Assert.Equal(isAvailable, state.RetainAvailable);
        Assert.Null(state.Failure);
    }

    [Fact]
    public async Task State_BrokerWithoutQosOne_SaysSo()
    {
        await using var client = TestOptions.Start(Options);
        using var connection = await _broker.WelcomeAsync("20 05 00 00 02 24 00");

        var state = await client.UntilAsync(s => s.IsConnected);

        Assert.Equal(MqttReasons.NotSupportedByBroker, state.Failure!.Reason);
        Assert.Contains("QoS 1", state.Failure.Message, StringComparison.Ordinal);
    }

    // The waiting times before a new try are short, and the limits of a connection are not.
    private static async Task<T> AdvanceUntilAsync<T>(ManualTimeProvider clock, Task<T> task)
    {
        for (var steps = 0; !task.IsCompleted && steps < 3000; steps++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(5));
            await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System);
        }

        return await task.WaitAsync(TestOptions.Bound);
    }

    /// <summary>Takes one connection and these packets, says goodbye and closes it.</summary>
    private async Task CloseAfterAsync(string goodbye, params byte[] packets)
    {
        using var connection = await _broker.WelcomeAsync(ConnAck);
        foreach (var first in packets)
        {
            await connection.ExpectAsync(first);
        }

        await connection.SendAsync(goodbye);
    }
}
