using System.Threading.Channels;
using EdgeSync.Primitives.Timing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Mqtt.Tests.Brokers;

/// <summary>A session that runs until it is disposed of.</summary>
internal sealed class RunningSession : IAsyncDisposable
{
    private readonly MqttSession _session;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public RunningSession(MqttSessionOptions options, TimeProvider time)
    {
        _session = new MqttSession(options, time, new RetryPolicy(time, new Random(17)), NullLogger<MqttSession>.Instance);
        _running = Task.Run(() => _session.RunAsync(_stop.Token));
    }

    public MqttSessionState State => _session.State;

    public ChannelReader<MqttSessionState> StateChanges => _session.StateChanges;

    public long DroppedMessages => _session.DroppedMessages;

    public Task<bool> PublishAsync(MqttMessage message, CancellationToken cancellationToken = default) => _session.PublishAsync(message, cancellationToken);

    public IAsyncEnumerable<MqttDelivery> ReceiveAsync(CancellationToken cancellationToken) => _session.ReceiveAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (!_running.IsCompleted)
        {
            await _stop.CancelAsync();
        }

        await _running;
    }
}
