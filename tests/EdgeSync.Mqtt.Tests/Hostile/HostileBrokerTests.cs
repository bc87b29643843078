using EdgeSync.Mqtt.Tests.Brokers;

namespace EdgeSync.Mqtt.Tests.Hostile;

/// <summary>A broker that breaks the protocol costs one reconnect: the session leaves it, says why, and connects again.</summary>
public sealed class HostileBrokerTests
{
    private const int MaximumPacketSize = 1024;

    public static TheoryData<string, HostileState, string, int> Cases => HostileCases.All();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Broker_SendsWhatItMustNot_IsToldAndLeft(string name, HostileState state, string packet, int code)
    {
        using var broker = new ScriptedBroker();
        await using var client = TestOptions.Start(TestOptions.For(broker.Port) with
        {
            ClientId = "hostile",
            Subscriptions = state == HostileState.Subscribing ? ["a"] : [],
            ReceiveMaximum = 2,
            MaximumPacketSize = MaximumPacketSize,
            StopTimeout = TimeSpan.FromMilliseconds(100),
        });
        using var connection = await broker.AcceptAsync();
        await connection.ExpectAsync(0x10);
        var publish = await PrepareAsync(client, connection, state);

        await connection.SendAsync(packet);
        var told = await connection.ReadDisconnectCodeAsync();
        connection.Dispose();
        var failure = await client.NextFailureAsync();

        // MQTTnet does not say which of the two general codes fits.
        Assert.Equal((name, General(code)), (name, General(told)));
        Assert.Equal((MqttReasons.ProtocolViolation, told), (failure.Reason, failure.Code));
        using var next = await broker.AcceptAsync();
        await next.ExpectAsync(0x10);
        await client.DisposeAsync();
        await Record.ExceptionAsync(() => publish);
    }

    [Fact]
    public void Cases_AllPacketsAndStates_AreAtLeastSixty() => Assert.True(Cases.Count >= 60);

    private static string General(int code) => code is 0x81 or 0x82 ? "81 or 82" : $"{code:X2}";

    private static async Task<Task> PrepareAsync(RunningSession client, ScriptedConnection connection, HostileState state)
    {
        if (state == HostileState.Connecting)
        {
            return Task.CompletedTask;
        }

        await connection.SendAsync("20 03 00 00 00");
        if (state == HostileState.Subscribing)
        {
            await connection.ExpectAsync(0x82);
            return Task.CompletedTask;
        }

        await client.UntilAsync(s => s.IsConnected);
        if (state == HostileState.Idle)
        {
            return Task.CompletedTask;
        }

        var publish = client.PublishAsync(TestOptions.Message("a", "b"));
        await connection.ExpectAsync(0x32);
        return publish;
    }
}
