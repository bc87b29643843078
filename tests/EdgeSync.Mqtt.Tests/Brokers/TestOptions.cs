using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Mqtt.Tests.Brokers;

/// <summary>Clients as most tests want them: on this machine, quick to come back.</summary>
internal static class TestOptions
{
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private static int _number;

    public static MqttClientOptions For(int port) => new()
    {
        Host = "127.0.0.1",
        Port = port,
        ClientId = $"test-{Environment.ProcessId}-{Interlocked.Increment(ref _number)}",
        BackoffFirst = TimeSpan.FromMilliseconds(50),
        BackoffCap = TimeSpan.FromMilliseconds(250),
        SessionExpiry = TimeSpan.FromMinutes(5),
    };

    public static MqttClient Start(MqttClientOptions options, TimeProvider? time = null)
    {
        var client = new MqttClient(options, time ?? TimeProvider.System, new Random(17), NullLogger<MqttClient>.Instance);
        client.Start();
        return client;
    }

    public static async Task<MqttClient> ConnectAsync(MqttClientOptions options, TimeProvider? time = null)
    {
        var client = Start(options, time);
        await client.WaitForConnectionAsync().WaitAsync(Bound);
        return client;
    }

    /// <summary>The next state of this kind, which must come in time.</summary>
    public static async Task<MqttConnectionState> UntilAsync(this MqttClient client, Func<MqttConnectionState, bool> wanted)
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
    public static async Task<MqttException> NextFailureAsync(this MqttClient client) =>
        (await client.UntilAsync(s => s is { IsConnected: false, Failure: not null })).Failure!;

    /// <summary>Takes and acknowledges so many messages.</summary>
    public static async Task<List<MqttMessage>> TakeAsync(this MqttClient client, int count)
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
