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

        var ping = await AdvanceUntilAsync(connection.ExpectAsync(0xC0));

        Assert.Empty(ping);
        Assert.True(_clock.GetUtcNow() - startedAt <= TimeSpan.FromSeconds(10));
    }

    /// <summary>A broker drops a client after one and a half intervals; an earlier client was late after its first PINGREQ.</summary>
    [Fact]
    public async Task KeepAlive_IdleForLong_EveryPingComesWithinTheInterval()
    {
        await using var client = TestOptions.Start(Options, _clock);
        using var connection = await _broker.WelcomeAsync("20 06 00 00 03 13 00 0A");
        await client.UntilAsync(s => s.IsConnected);

        for (var count = 0; count < 5; count++)
        {
            var before = _clock.GetUtcNow();
            await AdvanceUntilAsync(connection.ExpectAsync(0xC0));
            Assert.True(_clock.GetUtcNow() - before <= TimeSpan.FromSeconds(11), $"PINGREQ {count} came after {_clock.GetUtcNow() - before}");
            await connection.SendAsync("D0 00");
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(60)]
    public async Task KeepAlive_LatePingResps_EveryPingComesWithinTheInterval(int seconds)
    {
        await using var client = TestOptions.Start(Options with { ResponseTimeout = TimeSpan.FromSeconds(20) }, _clock);
        using var connection = await _broker.WelcomeAsync($"20 06 00 00 03 13 00 {seconds:X2}");
        await client.UntilAsync(s => s.IsConnected);
        await AdvanceUntilAsync(connection.ExpectAsync(0xC0));

        for (var count = 0; count < 5; count++)
        {
            // Each answer comes after the next PINGREQ, or 13 s late, which is still before the session takes the broker for dead.
            var before = _clock.GetUtcNow();
            var next = connection.ExpectAsync(0xC0);
            while (!next.IsCompleted && _clock.GetUtcNow() - before < TimeSpan.FromSeconds(13))
            {
                await StepAsync();
            }

            await connection.SendAsync("D0 00");
            await AdvanceUntilAsync(next);
            Assert.True(_clock.GetUtcNow() - before <= TimeSpan.FromSeconds(seconds + 1), $"PINGREQ {count} came after {_clock.GetUtcNow() - before}");
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
