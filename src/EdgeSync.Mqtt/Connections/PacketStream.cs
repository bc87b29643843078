using EdgeSync.Mqtt.Packets;

namespace EdgeSync.Mqtt.Connections;

/// <summary>Cuts the bytes from the broker into packets, none larger than it was told, each within its time.</summary>
internal sealed class PacketStream(Stream stream, int maximumPacketSize, Deadline deadline)
{
    private const int InitialSize = 4096;

    private byte[] _buffer = new byte[InitialSize];
    private int _start;
    private int _end;
    private int _taken;
    private volatile bool _inPacket;

    /// <summary>Whether a part of a packet is here, and the rest is on its way.</summary>
    public bool InPacket => _inPacket;

    /// <summary>The next packet, or null at the end of the stream. Its body is valid until the next call.</summary>
    public async ValueTask<(FixedHeader Header, ReadOnlyMemory<byte> Body)?> ReadAsync()
    {
        _start += _taken;
        _taken = 0;
        var knowsSize = false;
        while (true)
        {
            if (FixedHeader.TryRead(_buffer.AsSpan(_start, _end - _start), out var header))
            {
                var size = header.Length + header.RemainingLength;
                CheckSize(size);
                if (_end - _start >= size)
                {
                    Finish(size);
                    return (header, _buffer.AsMemory(_start + header.Length, header.RemainingLength));
                }

                MakeRoom(size);
                StartDeadline(ref knowsSize, size);
            }
            else
            {
                MakeRoom(InitialSize);
                StartDeadlineOnce();
            }

            var count = await stream.ReadAsync(_buffer.AsMemory(_end));
            if (count == 0)
            {
                return _end == _start ? null : throw MqttFailures.Lost("it ended in the middle of a packet");
            }

            _end += count;
        }
    }

    // [MQTT-3.1.2-24]: no packet above the maximum that the client gave in its CONNECT.
    private void CheckSize(int size)
    {
        if (size > maximumPacketSize)
        {
            throw MqttFailures.Violation(MqttReasonCode.PacketTooLarge, $"a packet of {size} bytes, and {maximumPacketSize} are allowed");
        }
    }

    private void Finish(int size)
    {
        _taken = size;
        if (_inPacket)
        {
            _inPacket = false;
            deadline.Stop();
        }
    }

    private void StartDeadlineOnce()
    {
        if (!_inPacket && _end > _start)
        {
            _inPacket = true;
            deadline.Start(0);
        }
    }

    private void StartDeadline(ref bool knowsSize, int size)
    {
        if (!knowsSize)
        {
            knowsSize = true;
            _inPacket = true;
            deadline.Start(size);
        }
    }

    // Grows as bytes come, at most twice over: a large promise alone costs nothing.
    private void MakeRoom(int size)
    {
        var held = _end - _start;
        if (held == 0 && _buffer.Length > InitialSize && size <= InitialSize)
        {
            _buffer = new byte[InitialSize];
        }
        else if (held == _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(InitialSize, Math.Min(_buffer.Length * 2, maximumPacketSize + InitialSize)));
        }
        else if (_start > 0)
        {
            _buffer.AsSpan(_start, held).CopyTo(_buffer);
        }

        _start = 0;
        _end = held;
    }
}
