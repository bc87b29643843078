using System.Net.Sockets;
using EdgeSync.Mqtt.Packets;
using EdgeSync.Mqtt.Sessions;

namespace EdgeSync.Mqtt.Connections;

/// <summary>
/// One connection from CONNECT to its end: a reader, one writer (so that packets never mix), and the keep-alive. Whatever ends first ends
/// all three; a broker that broke the protocol is told so first (MQTT 5.0, section 4.13).
/// </summary>
internal sealed class MqttConnection : IDisposable
{
    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(2);

    private readonly MqttClientOptions _options;
    private readonly MqttSession _session;
    private readonly TimeProvider _time;
    private readonly BrokerTransport _transport;
    private readonly PacketStream _packets;
    private readonly KeepAlive _keepAlive;
    private readonly Deadline _readDeadline;
    private readonly Deadline _writeDeadline;
    private readonly PacketWriter _writer = new();
    private readonly CancellationTokenSource _ended = new();
    private MqttException? _failure;
    private int _goodbye = -1;
    private volatile bool _leaving;
    private volatile bool _closed;

    public MqttConnection(BrokerTransport transport, MqttClientOptions options, MqttSession session, TimeProvider time)
    {
        (_transport, _options, _session, _time) = (transport, options, session, time);
        _keepAlive = new KeepAlive(options, time, session);
        _readDeadline = new Deadline(options.ResponseTimeout, time, () => CloseFor(MqttFailures.Silent("a packet does not come to its end")));
        _writeDeadline = new Deadline(options.ResponseTimeout, time, () => CloseFor(MqttFailures.Silent("it takes no more bytes")));
        _packets = new PacketStream(transport.Stream, options.MaximumPacketSize, _readDeadline);
    }

    /// <summary>Sends CONNECT and takes the answer; throws what stands against the connection. The token bounds the time.</summary>
    public async Task<ConnAckPacket> ConnectAsync(string clientId, bool cleanStart, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.Register(Close);
        try
        {
            return await Handshake.RunAsync(_transport.Stream, _packets, _options, clientId, cleanStart, cancellationToken);
        }
        catch (MqttException failure) when (failure is { TellBroker: true, Code: { } code })
        {
            await WithinGoodbyeTimeAsync(TellAndDiscardAsync(code));
            throw;
        }
        catch (MqttException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken); // closed by this side, because the time is over
        }
        catch (Exception failure) when (IsGone(failure))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw _failure ?? TransportFailures.WhileConnecting(failure, _options);
        }
    }

    /// <summary>Serves the connection until its end; the result is why it ended, or null after <see cref="Leave"/>.</summary>
    public async Task<MqttException?> RunAsync(MqttServerLimits limits, Action<MqttException> subscriptionRefused)
    {
        var reading = GuardAsync(ReadAllAsync(new PacketDispatcher(_session, _keepAlive, subscriptionRefused)));
        var writing = GuardAsync(WriteAllAsync());
        var watching = GuardAsync(_keepAlive.RunAsync(limits.KeepAlive, () => _packets.InPacket, _ended.Token));
        var goodbye = Task.CompletedTask;
        try
        {
            await Task.WhenAny(reading, writing, watching);
            if (_failure is { TellBroker: true, Code: { } code })
            {
                SayGoodbye(code);
            }

            if (Volatile.Read(ref _goodbye) >= 0)
            {
                goodbye = FinishAsync(reading, writing);
                await WithinGoodbyeTimeAsync(goodbye);
            }
        }
        finally
        {
            Close();
            await _ended.CancelAsync();
            await Task.WhenAll(reading, writing, watching, goodbye);
        }

        return _leaving ? null : _failure ?? MqttFailures.Lost("it was closed");
    }

    /// <summary>Ends the connection in an orderly way: what can still be sent, then DISCONNECT with this code.</summary>
    public void Leave(MqttReasonCode code)
    {
        _leaving = true;
        SayGoodbye(code);
    }

    /// <summary>Closes at once, without a word; also ends what is under way.</summary>
    public void Close()
    {
        _closed = true;
        _transport.Dispose();
        _session.Signal.Set();
    }

    public void Dispose()
    {
        Close();
        _readDeadline.Dispose();
        _writeDeadline.Dispose();
        _ended.Dispose();
    }

    private static bool IsGone(Exception failure) => failure is IOException or SocketException or ObjectDisposedException;

    private void SayGoodbye(MqttReasonCode code)
    {
        Interlocked.CompareExchange(ref _goodbye, (int)code, -1);
        _session.Signal.Set();
    }

    private void CloseFor(MqttException failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        Close();
    }

    private async Task ReadAllAsync(PacketDispatcher dispatcher)
    {
        while (await _packets.ReadAsync() is var (header, body))
        {
            _keepAlive.Received();
            dispatcher.Dispatch(header, body.Span);
        }

        throw MqttFailures.Closed();
    }

    private async Task WriteAllAsync()
    {
        while (!_closed)
        {
            if (_failure is null)
            {
                _session.WritePending(_writer);
            }

            if (_keepAlive.TakeWanted())
            {
                PingReqPacket.Write(_writer);
            }

            if (_writer.Length > 0)
            {
                await SendAsync();
                _session.Outgoing.Flushed();
            }
            else if (Volatile.Read(ref _goodbye) is >= 0 and var code)
            {
                await TellAsync((MqttReasonCode)code);
                return;
            }
            else
            {
                await _session.Signal.WaitAsync();
            }
        }
    }

    private async Task SendAsync()
    {
        _writeDeadline.Start(_writer.Length);
        await _transport.Stream.WriteAsync(_writer.Written);
        await _transport.Stream.FlushAsync();
        _writeDeadline.Stop();
        _writer.Clear();
        _keepAlive.Sent();
    }

    private async Task TellAsync(MqttReasonCode code)
    {
        _writer.Clear();
        DisconnectPacket.Write(_writer, code);
        await SendAsync();
        await _transport.EndWritingAsync();
    }

    private async Task TellAndDiscardAsync(MqttReasonCode code)
    {
        await GuardAsync(TellAsync(code));
        await _transport.DiscardAsync();
    }

    // After DISCONNECT the broker closes; until then it may still acknowledge. After a violation nothing that it says counts.
    private async Task FinishAsync(Task reading, Task writing)
    {
        await writing;
        await reading;
        if (!_leaving)
        {
            await _transport.DiscardAsync();
        }
    }

    private async Task WithinGoodbyeTimeAsync(Task goodbye)
    {
        try
        {
            await goodbye.WaitAsync(GoodbyeTime, _time);
        }
        catch (TimeoutException)
        {
            Close(); // which ends the goodbye too
            await goodbye;
        }
    }

    private async Task GuardAsync(Task loop)
    {
        try
        {
            await loop;
        }
        catch (MqttException failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
        catch (Exception failure) when (IsGone(failure))
        {
            Interlocked.CompareExchange(ref _failure, MqttFailures.Lost(failure.Message, failure), null);
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The keep-alive of a connection that has ended.
        }
    }
}
