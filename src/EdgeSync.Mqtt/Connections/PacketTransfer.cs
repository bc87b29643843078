namespace EdgeSync.Mqtt.Connections;

/// <summary>For how long one packet has been on its way, in one direction.</summary>
internal sealed class PacketTransfer(TimeProvider time)
{
    private const int SlowestBytesPerSecond = 1024;

    private long _startedAt;
    private int _size;

    public bool IsInProgress => Volatile.Read(ref _startedAt) != 0;

    /// <summary>A packet begins, or its size is known now.</summary>
    public void Begin(int size)
    {
        Volatile.Write(ref _size, size);
        Interlocked.CompareExchange(ref _startedAt, Math.Max(1, time.GetTimestamp()), 0);
    }

    public void End() => Volatile.Write(ref _startedAt, 0);

    /// <summary>Whether the packet takes longer than this, plus one second for each KiB of it.</summary>
    public bool IsOverdue(TimeSpan limit) => Volatile.Read(ref _startedAt) is > 0 and var startedAt
        && time.GetElapsedTime(startedAt) >= limit + TimeSpan.FromSeconds(Volatile.Read(ref _size) / SlowestBytesPerSecond);
}
