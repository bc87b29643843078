using System.Collections.Concurrent;
using System.Net.Sockets;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeSync.Mqtt.Connections;

/// <summary>
/// One connection from CONNECT to its end. One loop reads, one writes, and one watches the time; the first that ends ends all three. A broker
/// that broke the protocol gets the reason code first (MQTT 5.0, section 4.13).
/// </summary>
internal sealed class BrokerConnection : IDisposable
{
    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(2);

    private readonly BrokerChannel _channel;
    private readonly MqttSessionOptions _options;
    private readonly PublishQueue _publishes;
    private readonly TimeProvider _time;
    private readonly Action<MqttDelivery> _deliver;
    private readonly MqttChannelAdapter _adapter;
    private readonly ConnectionWatch _watch;
    private readonly ConcurrentQueue<string> _toSubscribe = new();
    private readonly SemaphoreSlim _signal = new(0);
    private readonly CancellationTokenSource _ended = new();
    private readonly long _startedAt;
    private MqttException? _failure;
    private volatile ushort _subscribeId;
    private volatile bool _leaving;

    public BrokerConnection(BrokerChannel channel, MqttSessionOptions options, PublishQueue publishes, TimeProvider time, Action<MqttDelivery> deliver)
    {
        (_channel, _options, _publishes, _time, _deliver) = (channel, options, publishes, time, deliver);
        Window = new ReceiveWindow(options.ReceiveMaximum, Signal);
        var formatter = new MqttPacketFormatterAdapter(MqttProtocolVersion.V500, new MqttBufferWriter(4096, 65535));
        _adapter = new MqttChannelAdapter(channel, formatter, MqttNetNullLogger.Instance) { AllowPacketFragmentation = false };
        _watch = new ConnectionWatch(channel, options, time);
        _startedAt = Math.Max(1, time.GetTimestamp());
    }

    public ReceiveWindow Window { get; }

    /// <summary>Sends CONNECT and waits for the answer; throws <see cref="MqttException"/> for a refusal. The token limits the time.</summary>
    public async Task<MqttConnAckPacket> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            await TrySendConnectAsync(cancellationToken);
            return await _adapter.ReceivePacketAsync(cancellationToken) switch
            {
                MqttConnAckPacket { ReasonCode: MqttConnectReasonCode.Success } answer => answer,
                MqttConnAckPacket { IsSessionPresent: false } refusal when Enum.IsDefined(refusal.ReasonCode) => throw MqttFailures.Refused(refusal),
                null => throw MqttFailures.Lost("the broker closed it instead of answering"),
                var other => throw Unexpected(other),
            };
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (MqttCommunicationException failure) when (_options.Tls is not null && MqttFailures.Cause(failure) is IOException { InnerException: not (null or SocketException) })
        {
            // With TLS 1.3 the broker's refusal of the client's certificate comes only when the client first reads.
            throw MqttFailures.TlsRejected(null, MqttFailures.Cause(failure), _options);
        }
        catch (Exception failure) when (MqttFailures.From(failure) is { } known)
        {
            await TellAsync(known);
            throw known;
        }
    }

    /// <summary>Serves the connection until its end. The result is why it ended, or null after <see cref="Leave"/>.</summary>
    /// <param name="filters">What to subscribe to before anything is published, one after the other.</param>
    /// <param name="keepAlive">The keep-alive interval in force; zero for none.</param>
    /// <param name="answered">Called for each filter, with the broker's refusal or null.</param>
    /// <param name="subscribed">Called once when the broker has answered all of them.</param>
    public async Task<MqttException?> RunAsync(
        IReadOnlyCollection<string> filters, TimeSpan keepAlive, Action<string, MqttException?> answered, Action subscribed)
    {
        foreach (var filter in filters)
        {
            _toSubscribe.Enqueue(filter);
        }

        if (_toSubscribe.IsEmpty)
        {
            subscribed();
        }

        Signal();
        var reading = GuardAsync(ReadAllAsync(answered, subscribed));
        var writing = GuardAsync(WriteAllAsync());
        var watching = GuardAsync(_watch.RunAsync(keepAlive, () => _toSubscribe.IsEmpty ? _publishes.OldestUnansweredAt : _startedAt, Signal, _ended.Token));
        try
        {
            await Task.WhenAny(reading, writing, watching);
            if (_failure is { } failure)
            {
                await TellAsync(failure);
            }
            else if (_leaving)
            {
                // The broker closes after DISCONNECT, and may still acknowledge until then.
                await Task.WhenAny(reading, Task.Delay(GoodbyeTime, _time, _ended.Token));
            }
        }
        finally
        {
            Close();
            await _ended.CancelAsync();
            await Task.WhenAll(reading, writing, watching);
        }

        return _leaving ? null : _failure ?? MqttFailures.Lost("it was closed");
    }

    /// <summary>Ends the connection in an orderly way: what can still be sent, then DISCONNECT.</summary>
    public void Leave()
    {
        _leaving = true;
        Signal();
    }

    /// <summary>Tells the writer that there may be something to write.</summary>
    public void Signal() => _signal.Release();

    /// <summary>Closes at once; what is in progress fails.</summary>
    public void Close() => _channel.Dispose();

    public void Dispose()
    {
        _adapter.Dispose();
        _ended.Dispose();
    }

    private static MqttException Unexpected(MqttPacket packet) =>
        MqttFailures.Violation(MqttDisconnectReasonCode.ProtocolError, $"a {packet.GetType().Name} that does not belong there");

    private async Task TrySendConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _adapter.SendPacketAsync(Packets.Connect(_options), cancellationToken);
        }
        catch (MqttCommunicationException)
        {
            // The broker closed before it had all of CONNECT. Its reason (a TLS alert) may wait to be read; if not, reading fails too.
        }
    }

    private async Task ReadAllAsync(Action<string, MqttException?> answered, Action subscribed)
    {
        while (await _adapter.ReceivePacketAsync(CancellationToken.None) is { } packet)
        {
            _watch.Received();
            switch (packet)
            {
                case MqttPublishPacket publish:
                    Receive(publish);
                    break;
                case MqttPubAckPacket answer:
                    _publishes.Acknowledge(answer);
                    Signal(); // there is room in the window
                    break;
                case MqttSubAckPacket answer:
                    TakeSubAck(answer, answered, subscribed);
                    break;
                case MqttPingRespPacket when _watch.TakePingResp():
                    break;
                case MqttDisconnectPacket disconnect:
                    throw MqttFailures.Disconnected(disconnect);
                default:
                    throw Unexpected(packet);
            }
        }

        throw _channel.Reading.IsInProgress ? MqttFailures.Lost("it ended in the middle of a packet") : MqttFailures.Closed();
    }

    private void Receive(MqttPublishPacket packet)
    {
        var isAcknowledged = packet.QualityOfServiceLevel != MqttQualityOfServiceLevel.AtMostOnce;
        var delivery = new MqttDelivery(Packets.Message(packet), packet.PacketIdentifier, packet.Dup, isAcknowledged ? Window : null);
        if (isAcknowledged)
        {
            Window.Add(delivery);
        }

        _deliver(delivery);
    }

    private void TakeSubAck(MqttSubAckPacket answer, Action<string, MqttException?> answered, Action subscribed)
    {
        if (answer.ReasonCodes is not [var code]
            || !Enum.IsDefined(code)
            || code == MqttSubscribeReasonCode.GrantedQoS2
            || answer.PacketIdentifier == 0
            || answer.PacketIdentifier != _subscribeId
            || !_toSubscribe.TryDequeue(out var filter))
        {
            throw MqttFailures.Violation(MqttDisconnectReasonCode.ProtocolError, "a SUBACK that does not fit the SUBSCRIBE");
        }

        _subscribeId = 0;
        answered(filter, code < MqttSubscribeReasonCode.UnspecifiedError ? null : MqttFailures.SubscriptionRefused(filter, code, answer.ReasonString));
        if (_toSubscribe.IsEmpty)
        {
            subscribed();
        }

        Signal(); // the next filter, or the publishes
    }

    private async Task WriteAllAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            if (NextPacket() is { } packet)
            {
                await _adapter.SendPacketAsync(packet, CancellationToken.None);
                _watch.Sent();
                if (packet is MqttPubAckPacket)
                {
                    Window.RemoveOldest();
                }
            }
            else if (_leaving)
            {
                await _adapter.SendPacketAsync(new MqttDisconnectPacket(), CancellationToken.None);
                await _channel.EndWritingAsync();
                return;
            }
            else
            {
                await _signal.WaitAsync(_ended.Token);
            }
        }
    }

    private MqttPacket? NextPacket()
    {
        if (_watch.TakePing())
        {
            return MqttPingReqPacket.Instance;
        }

        if (Window.NextAcknowledged() is { } packetId)
        {
            return new MqttPubAckPacket { PacketIdentifier = packetId };
        }

        if (!_toSubscribe.TryPeek(out var filter))
        {
            return _publishes.TryTake();
        }

        if (_subscribeId != 0)
        {
            return null;
        }

        _subscribeId = _publishes.NextPacketId();
        return Packets.Subscribe(filter, _subscribeId);
    }

    /// <summary>A broker that broke the protocol gets DISCONNECT with the reason code, if it takes it.</summary>
    private async Task TellAsync(MqttException failure)
    {
        if (failure is { Reason: MqttReasons.ProtocolViolation, Code: { } code })
        {
            var telling = GuardAsync(SendAsync((MqttDisconnectReasonCode)code));
            await Task.WhenAny(telling, Task.Delay(GoodbyeTime, _time, _ended.Token));
            Close(); // which ends a write that the broker does not take
            await telling;
        }

        async Task SendAsync(MqttDisconnectReasonCode code)
        {
            await _adapter.SendPacketAsync(new MqttDisconnectPacket { ReasonCode = code }, CancellationToken.None);
            await _channel.EndWritingAsync();
        }
    }

    private async Task GuardAsync(Task loop)
    {
        try
        {
            await loop;
        }
        catch (Exception failure) when (MqttFailures.From(failure) is { } known)
        {
            Interlocked.CompareExchange(ref _failure, known, null);
        }
    }
}
