using EdgeSync.Mqtt.Tests.Brokers;
using EdgeSync.Testing;

namespace EdgeSync.Mqtt.Tests.Hostile;

/// <summary>A broker that takes its time: every wait of the client has an end.</summary>
public sealed class SlowBrokerTests : IDisposable
{
    private readonly ScriptedBroker _broker = new();
    private readonly ManualTimeProvider _clock = new();

    private MqttSessionOptions Options => TestOptions.For(_broker.Port) with { KeepAlive = TimeSpan.Zero };

    public void Dispose() => _broker.Dispose();

    [Fact]
    public async Task Connect_NoConnAck_EndsWithConnectTimeout()
    {
        await using var client = TestOptions.Start(Options, _clock);
        using var connection = await _broker.AcceptAsync();
        await connection.ExpectAsync(0x10);

        var failure = await AdvanceUntilAsync(client.NextFailureAsync());

        Assert.Equal(MqttReasons.ConnectTimeout, failure.Reason);
        Assert.Null(await connection.ReadAsync());
    }

    [Fact]
    public async Task Connect_DrippingConnAck_EndsWithinConnectTimeout()
    {
        await using var client = TestOptions.Start(Options, _clock);
        using var connection = await _broker.AcceptAsync();
        await connection.ExpectAsync(0x10);
        await connection.SendAsync("20 7F 00 00 7C");
        var failure = client.NextFailureAsync();

        var total = TimeSpan.Zero;
        while (!failure.IsCompleted && total < TimeSpan.FromMinutes(10))
        {
            await connection.SendAsync("26");
            await StepAsync();
            total += Step;
        }

        Assert.Contains((await failure).Reason, (string[])[MqttReasons.ConnectTimeout, MqttReasons.BrokerSilent]);
        Assert.True(total <= TimeSpan.FromMinutes(2));
    }

    [Theory]
    [InlineData("30")]
    [InlineData("30 FF")]
    [InlineData("30 FF 7F 00 01")]
    [InlineData("D0")]
    public async Task Connected_PacketThatDoesNotEnd_EndsTheConnection(string beginning)
    {
        await using var client = TestOptions.Start(Options, _clock);
        using var connection = await _broker.WelcomeAsync();
        await client.UntilAsync(s => s.IsConnected);
        await connection.SendAsync(beginning);

        var failure = await AdvanceUntilAsync(client.NextFailureAsync());

        Assert.Equal(MqttReasons.BrokerSilent, failure.Reason);
    }

    [Fact]
    public async Task KeepAlive_NoPingResp_EndsTheConnection()
    {
        await using var client = TestOptions.Start(Options with { KeepAlive = TimeSpan.FromSeconds(60) }, _clock);
        using var connection = await _broker.WelcomeAsync();
        await client.UntilAsync(s => s.IsConnected);

        var failure = await AdvanceUntilAsync(client.NextFailureAsync());

        await connection.ExpectAsync(0xC0);
        Assert.Equal(MqttReasons.BrokerSilent, failure.Reason);
    }

    [Fact]
    public async Task KeepAlive_OfServer_OverrulesTheOptions()
    {
        await using var client = TestOptions.Start(Options, _clock);
        using var connection = await _broker.WelcomeAsync("20 06 00 00 03 13 00 0A");
        await client.UntilAsync(s => s.IsConnected);
        var startedAt = _clock.GetUtcNow();

        Assert.Empty(await AdvanceUntilAsync(connection.ExpectAsync(0xC0), startedAt + TimeSpan.FromSeconds(10)));
    }

    /// <summary>A broker drops a client after one and a half intervals; an earlier client was late after its first PINGREQ. ConnectionWatchTests are stricter.</summary>
    [Fact]
    public async Task KeepAlive_IdleForLong_NoPingIsLateForTheBroker()
    {
        await using var client = TestOptions.Start(Options, _clock);
        using var connection = await _broker.WelcomeAsync("20 06 00 00 03 13 00 0A");
        await client.UntilAsync(s => s.IsConnected);

        for (var count = 0; count < 5; count++)
        {
            await AdvanceUntilAsync(connection.ExpectAsync(0xC0), _clock.GetUtcNow() + TimeSpan.FromSeconds(15));
            await AnswerPingAsync(client, connection);
        }

        Assert.True(client.State.IsConnected);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(60)]
    public async Task KeepAlive_LatePingResps_NoPingIsLateForTheBroker(int seconds)
    {
        await using var client = TestOptions.Start(Options with { ResponseTimeout = TimeSpan.FromSeconds(20) }, _clock);
        using var connection = await _broker.WelcomeAsync($"20 06 00 00 03 13 00 {seconds:X2}");
        await client.UntilAsync(s => s.IsConnected);
        await AdvanceUntilAsync(connection.ExpectAsync(0xC0));

        for (var count = 0; count < 5; count++)
        {
            // Each answer comes after the next PINGREQ, or 13 s late, which is still before the session takes the broker for dead.
            var before = _clock.GetUtcNow();
            var limit = before + (TimeSpan.FromSeconds(seconds) * 1.5);
            var next = connection.ExpectAsync(0xC0);
            while (!next.IsCompleted && _clock.GetUtcNow() + Step <= limit && _clock.GetUtcNow() - before < TimeSpan.FromSeconds(13))
            {
                await StepAsync();
            }

            await AnswerPingAsync(client, connection);
            await AdvanceUntilAsync(next, limit);
        }

        Assert.True(client.State.IsConnected);
    }

    [Fact]
    public async Task PublishAsync_NoPubAck_ConnectsAgainAndSendsAgainWithDup()
    {
        await using var client = TestOptions.Start(Options, _clock);
        using var connection = await _broker.WelcomeAsync();
        var publish = client.PublishAsync(TestOptions.Message("a", "b"));
        var first = await connection.ExpectAsync(0x32);

        var failure = await AdvanceUntilAsync(client.NextFailureAsync());
        using var next = await AdvanceUntilAsync(_broker.WelcomeAsync("20 03 01 00 00"));
        var second = await next.ExpectAsync(0x3A);
        await next.SendAsync("40 02 00 01");
        await publish.WaitAsync(TestOptions.Bound);

        Assert.Equal(MqttReasons.BrokerSilent, failure.Reason);
        Assert.Equal(first, second);
    }

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private async Task<T> AdvanceUntilAsync<T>(Task<T> task)
    {
        for (var steps = 0; !task.IsCompleted && steps < 1000; steps++)
        {
            await StepAsync();
        }

        return await task.WaitAsync(TestOptions.Bound);
    }

    // The clock stops at the limit; from then on the task gets real time only, so that a busy machine cannot make it late.
    private async Task<T> AdvanceUntilAsync<T>(Task<T> task, DateTimeOffset limit)
    {
        while (!task.IsCompleted && _clock.GetUtcNow() + Step <= limit)
        {
            await StepAsync();
        }

        return await task.WaitAsync(TestOptions.Bound);
    }

    // When the client has delivered the message that comes after the PINGRESP, it has read the PINGRESP.
    private static async Task AnswerPingAsync(RunningSession client, ScriptedConnection connection)
    {
        await connection.SendAsync("D0 00 30 04 00 01 61 00");
        await client.TakeAsync(1);
    }

    // The sockets are real, so each step leaves them a moment of real time.
    private async Task StepAsync()
    {
        _clock.Advance(Step);
        for (var rounds = 0; rounds < 5; rounds++)
        {
            await Task.Run(static () => { }); // what the clock set off is queued before this
        }

        await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
    }
}
