using System.Threading.Channels;

namespace EdgeSync.Mqtt.Connections;

/// <summary>The present state, and its changes for one reader. A reader that is behind misses the oldest ones, never the newest.</summary>
internal sealed class StateBoard
{
    private const int Remembered = 64;

    private readonly Lock _lock = new();
    private readonly Channel<MqttConnectionState> _changes = Channel.CreateBounded<MqttConnectionState>(new BoundedChannelOptions(Remembered)
    {
        FullMode = BoundedChannelFullMode.DropOldest,
    });

    private TaskCompletionSource<MqttConnectionState> _connected = NewSource();
    private MqttConnectionState _current = new();

    public ChannelReader<MqttConnectionState> Changes => _changes.Reader;

    public MqttConnectionState Current
    {
        get
        {
            lock (_lock)
            {
                return _current;
            }
        }
    }

    /// <summary>Done when there is a connection.</summary>
    public Task<MqttConnectionState> Connected
    {
        get
        {
            lock (_lock)
            {
                return _connected.Task;
            }
        }
    }

    public void Post(MqttConnectionState state)
    {
        lock (_lock)
        {
            _current = state;
            if (state.IsConnected)
            {
                _connected.TrySetResult(state);
            }
            else if (_connected.Task.IsCompleted)
            {
                _connected = NewSource();
            }

            _changes.Writer.TryWrite(state);
        }
    }

    /// <summary>No more changes come; who waits for a connection waits in vain.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _connected.TrySetException(MqttFailures.Stopped(null));
            _ = _connected.Task.Exception; // nobody may be waiting
            _changes.Writer.TryComplete();
        }
    }

    private static TaskCompletionSource<MqttConnectionState> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
