using System.Net.Security;
using System.Net.Sockets;
using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeSync.Mqtt.Connections;

/// <summary>
/// The TCP connection to the broker, with TLS or without, and the packets on it in MQTTnet's encoding. It refuses a packet that is larger than
/// allowed before it reserves memory for it, and limits the time of each packet in both directions.
/// </summary>
internal sealed class BrokerChannel(Socket socket, Stream stream, MqttSessionOptions options, TimeProvider time) : IDisposable
{
    private const int SlowestBytesPerSecond = 1024;
    private const int LongestLengthInBits = 28;

    private readonly MqttPacketFormatterAdapter _decoder = CreateFormatter();
    private readonly MqttPacketFormatterAdapter _encoder = CreateFormatter();
    private readonly CancellationTokenSource _readLimit = new(Timeout.InfiniteTimeSpan, time);
    private readonly CancellationTokenSource _writeLimit = new(Timeout.InfiniteTimeSpan, time);
    private readonly byte[] _byte = new byte[1];
    private volatile bool _isReading;

    /// <summary>Whether a packet from the broker has begun and not ended.</summary>
    public bool IsReading => _isReading;

    public static MqttPacketFormatterAdapter CreateFormatter() => new(MqttProtocolVersion.V500, new MqttBufferWriter(4096, 65535));

    /// <summary>Connects; the token limits the time.</summary>
    public static async Task<BrokerChannel> OpenAsync(MqttSessionOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var tls = options.Tls is { } files ? BrokerTls.Read(files) : null;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellationToken);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            return new BrokerChannel(socket, tls is null ? stream : await tls.SecureAsync(stream, options, time, cancellationToken), options, time);
        }
        catch (Exception failure)
        {
            socket.Dispose();
            throw failure is SocketException known ? MqttFailures.Unreachable(known, options) : failure;
        }
    }

    /// <summary>The next packet, or null where the broker closed the connection between two packets.</summary>
    public async Task<MqttPacket?> ReadAsync()
    {
        try
        {
            if (await stream.ReadAsync(_byte) == 0)
            {
                return null;
            }

            _isReading = true;
            _readLimit.CancelAfter(options.ResponseTimeout);
            var first = _byte[0];
            var body = new byte[await ReadLengthAsync()];
            _readLimit.CancelAfter(LimitFor(body.Length));
            await stream.ReadExactlyAsync(body, _readLimit.Token);
            _readLimit.CancelAfter(Timeout.InfiniteTimeSpan);
            _isReading = false;
            return Decode(new ReceivedMqttPacket(first, body, body.Length + 2));
        }
        catch (OperationCanceledException)
        {
            throw MqttFailures.Silent("a packet does not come to its end");
        }
    }

    public async Task WriteAsync(MqttPacket packet)
    {
        try
        {
            var bytes = _encoder.Encode(packet).Join();
            _writeLimit.CancelAfter(LimitFor(bytes.Count));
            await stream.WriteAsync(bytes, _writeLimit.Token);
            _writeLimit.CancelAfter(Timeout.InfiniteTimeSpan);
        }
        catch (OperationCanceledException)
        {
            throw MqttFailures.Silent("it takes no more bytes");
        }
        finally
        {
            _encoder.Cleanup();
        }
    }

    /// <summary>
    /// Ends the direction to the broker and leaves the other one open: closing with unread bytes would reset the connection, and the broker
    /// might never see the DISCONNECT.
    /// </summary>
    public async Task EndWritingAsync()
    {
        if (stream is SslStream secure)
        {
            await secure.ShutdownAsync();
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Closes at once; a read or write that is in progress fails.</summary>
    public void Close() => socket.Dispose();

    public void Dispose()
    {
        Close();
        _readLimit.Dispose();
        _writeLimit.Dispose();
    }

    private MqttPacket Decode(ReceivedMqttPacket received)
    {
        try
        {
            return _decoder.Decode(received) ?? throw new InvalidDataException();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The decoder throws exceptions of many types on a malformed packet.
            throw MqttFailures.Violation(MqttDisconnectReasonCode.MalformedPacket, "a packet that cannot be read", failure);
        }
    }

    /// <summary>The packet's remaining length (MQTT 5.0, section 2.1.4).</summary>
    private async Task<int> ReadLengthAsync()
    {
        var length = 0;
        var bits = 0;
        do
        {
            if (bits == LongestLengthInBits)
            {
                throw MqttFailures.Violation(MqttDisconnectReasonCode.MalformedPacket, "a remaining length of five bytes");
            }

            await stream.ReadExactlyAsync(_byte, _readLimit.Token);
            length |= (_byte[0] & 0x7F) << bits;
            bits += 7;
        }
        while ((_byte[0] & 0x80) != 0);

        var size = 1 + (bits / 7) + length;
        return size <= options.MaximumPacketSize
            ? length
            : throw MqttFailures.Violation(MqttDisconnectReasonCode.PacketTooLarge, $"a packet of {size} bytes, and {options.MaximumPacketSize} are allowed");
    }

    private TimeSpan LimitFor(int size) => options.ResponseTimeout + TimeSpan.FromSeconds(size / SlowestBytesPerSecond);
}
