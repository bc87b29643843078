using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Channel;
using MQTTnet.Protocol;

namespace EdgeSync.Mqtt.Connections;

/// <summary>
/// The TCP connection to the broker, with TLS or without. MQTTnet reads and writes its packets through it. It passes no packet from the broker
/// that is larger than allowed, and knows for how long a packet has been on its way.
/// </summary>
internal sealed class BrokerChannel : IMqttChannel
{
    private const int LongestHeader = 5;

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly int _maximumPacketSize;
    private int _headerLength;
    private int _bodyLeft;
    private bool _inBody;

    internal BrokerChannel(Socket socket, Stream stream, MqttSessionOptions options, TimeProvider time)
    {
        (_socket, _stream, _maximumPacketSize) = (socket, stream, options.MaximumPacketSize);
        (Reading, Writing) = (new PacketTransfer(time), new PacketTransfer(time));
    }

    /// <summary>The packet from the broker that has begun and not ended.</summary>
    public PacketTransfer Reading { get; }

    /// <summary>The packet to the broker that is being written.</summary>
    public PacketTransfer Writing { get; }

    X509Certificate2? IMqttChannel.ClientCertificate => null;

    EndPoint? IMqttChannel.RemoteEndPoint => null;

    EndPoint? IMqttChannel.LocalEndPoint => null;

    bool IMqttChannel.IsSecureConnection => _stream is SslStream;

    /// <summary>Connects; the token limits the time.</summary>
    public static async Task<BrokerChannel> OpenAsync(MqttSessionOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var files = options.Tls is { } tls ? TlsFiles.Read(tls) : null;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellationToken);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (files is not null)
            {
                stream = await SecureAsync(stream, files, options, time, cancellationToken);
            }

            return new BrokerChannel(socket, stream, options, time);
        }
        catch (Exception failure)
        {
            socket.Dispose();
            if (failure is SocketException)
            {
                throw MqttFailures.Unreachable(failure, options);
            }

            throw;
        }
    }

    public async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        var read = await _stream.ReadAsync(buffer.AsMemory(offset, count), cancellationToken);
        Follow(buffer.AsSpan(offset, read));
        return read;
    }

    public async Task WriteAsync(ReadOnlySequence<byte> buffer, bool isEndOfPacket, CancellationToken cancellationToken)
    {
        Writing.Begin((int)buffer.Length);
        foreach (var segment in buffer)
        {
            await _stream.WriteAsync(segment, cancellationToken);
        }

        Writing.End();
    }

    /// <summary>
    /// Ends the direction to the broker and leaves the other one open: closing with unread bytes would reset the connection, and the broker
    /// might never see the DISCONNECT.
    /// </summary>
    public async Task EndWritingAsync()
    {
        try
        {
            if (_stream is SslStream secure)
            {
                await secure.ShutdownAsync();
            }

            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception failure) when (failure is IOException or SocketException or InvalidOperationException)
        {
            // It is closed already.
        }
    }

    /// <summary>Closes at once; a read or write that is in progress fails.</summary>
    public void Dispose() => _socket.Dispose();

    Task IMqttChannel.ConnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IMqttChannel.DisconnectAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    private static async Task<SslStream> SecureAsync(
        Stream stream, TlsFiles files, MqttSessionOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var check = new ServerCertificateCheck(files.Authorities, time);
        var secure = new SslStream(stream, leaveInnerStreamOpen: false, check.Accept);
        try
        {
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = options.Tls?.ServerName ?? options.Host,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    CertificateChainPolicy = check.Policy(),
                    ClientCertificateContext = files.ClientCertificate,
                },
                cancellationToken);
            return secure;
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException)
        {
            await secure.DisposeAsync();
            throw MqttFailures.TlsRejected(check.Fault, failure, options);
        }
    }

    /// <summary>Finds where packets begin and end (MQTT 5.0, section 2.1), before MQTTnet reserves memory for their length.</summary>
    private void Follow(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var count = 1;
            if (_inBody)
            {
                count = Math.Min(bytes.Length, _bodyLeft);
                _bodyLeft -= count;
            }
            else
            {
                FollowHeader(bytes[0]);
            }

            bytes = bytes[count..];
            if (_inBody && _bodyLeft == 0)
            {
                (_inBody, _headerLength) = (false, 0);
                Reading.End();
            }
        }
    }

    private void FollowHeader(byte next)
    {
        _headerLength++;
        if (_headerLength == 1)
        {
            Reading.Begin(0);
            return;
        }

        if (_headerLength > LongestHeader)
        {
            throw MqttFailures.Violation(MqttDisconnectReasonCode.MalformedPacket, "a remaining length of five bytes");
        }

        _bodyLeft |= (next & 0x7F) << (7 * (_headerLength - 2));
        _inBody = (next & 0x80) == 0;
        if (_inBody)
        {
            var size = _headerLength + _bodyLeft;
            if (size > _maximumPacketSize)
            {
                throw MqttFailures.Violation(MqttDisconnectReasonCode.PacketTooLarge, $"a packet of {size} bytes, and {_maximumPacketSize} are allowed");
            }

            Reading.Begin(size);
        }
    }
}
