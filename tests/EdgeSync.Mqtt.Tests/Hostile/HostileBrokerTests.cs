using EdgeSync.Mqtt.Tests.Brokers;

namespace EdgeSync.Mqtt.Tests.Hostile;

/// <summary>Whatever a broker sends: it is told the right reason, the connection ends, and the client comes back.</summary>
public sealed class HostileBrokerTests
{
    private const int MaximumPacketSize = 1024;

    public static TheoryData<string, HostileState, string, int> Cases => HostileCases.All();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Broker_SendsWhatItMustNot_IsToldAndLeft(string name, HostileState state, string packet, int code)
    {
        using var broker = new ScriptedBroker();
        var isNew = state == HostileState.ConnectingAnew;
        await using var client = TestOptions.Start(TestOptions.For(broker.Port) with
        {
            ClientId = isNew ? "" : "hostile",
            CleanStart = isNew,
            ReceiveMaximum = 2,
            MaximumPacketSize = MaximumPacketSize,
            StopTimeout = TimeSpan.FromMilliseconds(100),
        });
        using var connection = await broker.AcceptAsync();
        await connection.ExpectAsync(0x10);
        var underWay = await PrepareAsync(client, connection, state);

        await connection.SendAsync(packet);
        var told = await connection.ReadDisconnectCodeAsync();
        connection.Dispose();
        var failure = await client.NextFailureAsync();

        Assert.Equal((name, $"{code:X2}"), (name, $"{told:X2}"));
        Assert.Equal(MqttReasons.ProtocolViolation, failure.Reason);
        Assert.Equal(code, (int)failure.Code!);
        using var next = await broker.AcceptAsync();
        await next.ExpectAsync(0x10);
        await client.DisposeAsync();
        await Record.ExceptionAsync(() => underWay);
    }

    [Fact]
    public void Cases_AllPacketsAndStates_AreAtLeastSixty() => Assert.True(Cases.Count >= 60);

    private static async Task<Task> PrepareAsync(MqttClient client, ScriptedConnection connection, HostileState state)
    {
        if (state is HostileState.Connecting or HostileState.ConnectingAnew)
        {
            return Task.CompletedTask;
        }

        await connection.SendAsync("20 03 00 00 00");
        await client.WaitForConnectionAsync().WaitAsync(TestOptions.Bound);
        var (task, first) = state switch
        {
            HostileState.Publishing => (client.PublishAsync(TestOptions.Message("a", "b")), 0x32),
            HostileState.Subscribing => (client.SubscribeAsync([new MqttSubscription("a")]), 0x82),
            HostileState.Unsubscribing => (client.UnsubscribeAsync(["a"]), 0xA2),
            _ => (Task.CompletedTask, 0),
        };
        if (first != 0)
        {
            await connection.ExpectAsync((byte)first);
        }

        return task;
    }
}
