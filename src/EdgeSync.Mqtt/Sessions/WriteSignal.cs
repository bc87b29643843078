using System.Threading.Channels;

namespace EdgeSync.Mqtt.Sessions;

/// <summary>Wakes the one writer of a connection: "there is something to send". Signals that come while it is awake count as one.</summary>
internal sealed class WriteSignal
{
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1)
    {
        FullMode = BoundedChannelFullMode.DropWrite,
    });

    public void Set() => _signals.Writer.TryWrite(true);

    public async Task WaitAsync() => await _signals.Reader.ReadAsync();
}
