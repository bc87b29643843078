namespace EdgeSync.Mqtt.Sessions;

/// <summary>The packet identifiers that this client uses for PUBLISH, SUBSCRIBE and UNSUBSCRIBE (MQTT 5.0, section 2.2.1). One set for all three.</summary>
internal sealed class PacketIdentifiers
{
    private readonly Lock _lock = new();
    private readonly HashSet<ushort> _used = [];
    private ushort _last;

    /// <summary>The next free one, going round, so that a late acknowledgement does not meet a new packet. False where all are in use.</summary>
    public bool TryTake(out ushort identifier)
    {
        lock (_lock)
        {
            identifier = 0;
            if (_used.Count == ushort.MaxValue)
            {
                return false;
            }

            do
            {
                _last = _last == ushort.MaxValue ? (ushort)1 : (ushort)(_last + 1);
            }
            while (!_used.Add(_last));

            identifier = _last;
            return true;
        }
    }

    public void Release(ushort identifier)
    {
        lock (_lock)
        {
            _used.Remove(identifier);
        }
    }
}
