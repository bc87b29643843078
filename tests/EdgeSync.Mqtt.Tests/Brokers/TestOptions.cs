namespace EdgeSync.Mqtt.Tests.Brokers;

/// <summary>Sessions with a broker on this machine that reconnect quickly.</summary>
internal static class TestOptions
{
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private static int _number;

    public static MqttSessionOptions For(int port) => new()
    {
        Host = "127.0.0.1",
        Port = port,
        ClientId = $"test-{Environment.ProcessId}-{Interlocked.Increment(ref _number)}",
        BackoffFirst = TimeSpan.FromMilliseconds(50),
        BackoffCap = TimeSpan.FromMilliseconds(250),
        SessionExpiry = TimeSpan.FromMinutes(5),
    };

    public static RunningSession Start(MqttSessionOptions options, TimeProvider? time = null) => new(options, time ?? TimeProvider.System);

    public static async Task<RunningSession> ConnectAsync(MqttSessionOptions options, TimeProvider? time = null)
    {
        var client = Start(options, time);
        await client.UntilAsync(state => state.IsConnected);
        return client;
    }

    /// <summary>The next state of this kind, which must come in time.</summary>
    public static async Task<MqttSessionState> UntilAsync(this RunningSession client, Func<MqttSessionState, bool> wanted)
    {
        using var timeout = new CancellationTokenSource(Bound);
        await foreach (var state in client.StateChanges.ReadAllAsync(timeout.Token))
        {
            if (wanted(state))
            {
                return state;
            }
        }

        throw new InvalidOperationException("the client stopped before");
    }

    /// <summary>The next failure to connect or stay connected.</summary>
    public static async Task<MqttException> NextFailureAsync(this RunningSession client) =>
        (await client.UntilAsync(s => s is { IsConnected: false, Failure: not null })).Failure!;

    /// <summary>Takes and acknowledges so many messages.</summary>
    public static async Task<List<MqttMessage>> TakeAsync(this RunningSession client, int count)
    {
        using var timeout = new CancellationTokenSource(Bound);
        var messages = new List<MqttMessage>();
        await foreach (var delivery in client.ReceiveAsync(timeout.Token))
        {
            messages.Add(delivery.Message);
            delivery.Acknowledge();
            if (messages.Count == count)
            {
                break;
            }
        }

        return messages;
    }

    public static MqttMessage Message(string topic, string payload) => new() { Topic = topic, Payload = System.Text.Encoding.UTF8.GetBytes(payload) };

    public static string Text(this MqttMessage message) => System.Text.Encoding.UTF8.GetString(message.Payload.Span);
}
