using System.Threading.Channels;

namespace EdgeSync.Hq.Ingestion;

/// <summary>Messages on their way from the broker to the disk. Bounded: when it is full, the broker has to wait, and keeps the rest.</summary>
internal sealed class Inbox
{
    public const int Capacity = 2048;
    private const int MaxBatch = 1024;

    private readonly Channel<InboundMessage> _messages = Channel.CreateBounded<InboundMessage>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    public ValueTask AddAsync(InboundMessage message, CancellationToken cancellationToken) => _messages.Writer.WriteAsync(message, cancellationToken);

    /// <summary>Waits for one message, and takes with it all that are there: the fuller the inbox, the fewer flushes to disk.</summary>
    public async Task<IReadOnlyList<InboundMessage>> TakeAsync(CancellationToken cancellationToken)
    {
        await _messages.Reader.WaitToReadAsync(cancellationToken);
        var batch = new List<InboundMessage>();
        while (batch.Count < MaxBatch && _messages.Reader.TryRead(out var message))
        {
            batch.Add(message);
        }

        return batch;
    }
}
