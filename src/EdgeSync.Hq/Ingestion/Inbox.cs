using System.Threading.Channels;

namespace EdgeSync.Hq.Ingestion;

/// <summary>Queues messages from the broker until they are stored. The queue is bounded: while it is full, the broker keeps the rest.</summary>
internal sealed class Inbox
{
    public const int Capacity = 2048;
    private const int MaxBatch = 1024;

    private readonly Channel<InboundMessage> _messages = Channel.CreateBounded<InboundMessage>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    public ValueTask AddAsync(InboundMessage message, CancellationToken cancellationToken) => _messages.Writer.WriteAsync(message, cancellationToken);

    /// <summary>Waits for a message and returns all that are queued, so that a full inbox needs few flushes to disk.</summary>
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
