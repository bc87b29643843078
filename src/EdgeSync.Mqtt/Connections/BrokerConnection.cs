using System.Collections.Concurrent;
using System.Net.Sockets;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeSync.Mqtt.Connections;

/// <summary>
/// One connection from CONNECT to its end. One loop reads, one writes, and one watches the time; the first that ends ends all three. A broker
/// that broke the protocol gets the reason code first (MQTT 5.0, section 4.13).
/// </summary>
internal sealed class BrokerConnection(
    BrokerChannel channel,
    MqttSessionOptions options,
    SubscriptionQueue subscriptions,
    PublishQueue publishes,
    TimeProvider time,
    Action<MqttDelivery> deliver) : IDisposable
{
    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(2);

    private readonly ConcurrentQueue<MqttDelivery> _unacknowledged = new();
    private readonly SemaphoreSlim _signal = new(0);
    private readonly CancellationTokenSource _ended = new();
    private readonly ConnectionWatch _watch = new(options, time);
    private volatile MqttDisconnectPacket? _goodbye;

    /// <summary>Whether a packet from the broker has begun and not ended.</summary>
    public bool IsReading => channel.IsReading;

    /// <summary>When the oldest packet was sent that the broker has not acknowledged; zero where there is none.</summary>
    public long OldestUnansweredAt => subscriptions.IsDone ? publishes.OldestUnansweredAt : subscriptions.UnansweredAt;

    /// <summary>Whether the broker answers, and has not acknowledged a packet in time.</summary>
    public bool IsAcknowledgementOverdue => _watch.IsAcknowledgementOverdue;

    /// <summary>Sends CONNECT and waits for the answer; throws <see cref="MqttException"/> for a refusal. The token limits the time.</summary>
    public async Task<MqttConnAckPacket> ConnectAsync(CancellationToken cancellationToken)
    {
        await using var limit = cancellationToken.Register(channel.Close);
        try
        {
            try
            {
                await channel.WriteAsync(Packets.Connect(options));
            }
            catch (IOException)
            {
                // The broker closed before it had all of CONNECT. Its reason (a TLS alert) may wait to be read; if not, reading fails too.
            }

            return await channel.ReadAsync() switch
            {
                MqttConnAckPacket { ReasonCode: MqttConnectReasonCode.Success } answer => answer,
                MqttConnAckPacket { IsSessionPresent: false } refusal when Enum.IsDefined(refusal.ReasonCode) => throw MqttFailures.Refused(refusal),
                null => throw MqttFailures.Lost("the broker closed it instead of answering CONNECT"),
                var other => throw MqttFailures.Unexpected(other),
            };
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (IOException failure) when (options.Tls is not null && failure.InnerException is not (null or SocketException))
        {
            // With TLS 1.3 the broker's refusal of the client's certificate comes only when the client first reads.
            throw MqttFailures.TlsRejected(failure, options);
        }
        catch (Exception failure) when (MqttFailures.From(failure) is { } known)
        {
            if (known is { Reason: MqttReasons.ProtocolViolation, Code: { } code })
            {
                await WaitForAsync(EndAsync(SayGoodbyeAsync(new MqttDisconnectPacket { ReasonCode = (MqttDisconnectReasonCode)code })));
            }

            throw known;
        }
    }

    /// <summary>Serves the connection until its end. The result is why it ended, or null after <see cref="Leave"/>.</summary>
    /// <param name="keepAlive">The keep-alive interval in force; zero for none.</param>
    /// <param name="subscribed">Called once when the broker has answered all subscriptions. Nothing is published before.</param>
    public async Task<MqttException?> RunAsync(TimeSpan keepAlive, Action subscribed)
    {
        if (subscriptions.IsDone)
        {
            subscribed();
        }

        Signal();
        var (reading, writing, watching) = (EndAsync(ReadAllAsync(subscribed)), EndAsync(WriteAllAsync()), EndAsync(_watch.RunAsync(keepAlive, this, _ended.Token)));
        try
        {
            var failure = await await Task.WhenAny(reading, writing, watching);
            if (failure is { Reason: MqttReasons.ProtocolViolation, Code: { } code })
            {
                Say(new MqttDisconnectPacket { ReasonCode = (MqttDisconnectReasonCode)code });
                await WaitForAsync(writing);
            }
            else if (failure is null)
            {
                // The broker closes after DISCONNECT, and may still acknowledge until then.
                await WaitForAsync(reading);
            }

            return failure;
        }
        finally
        {
            Close();
            await _ended.CancelAsync();
            await Task.WhenAll(reading, writing, watching);
        }
    }

    /// <summary>Ends the connection in an orderly way: what can still be sent, then DISCONNECT.</summary>
    public void Leave() => Say(new MqttDisconnectPacket());

    /// <summary>Tells the writer that there may be something to write.</summary>
    public void Signal() => _signal.Release();

    /// <summary>Closes at once; what is in progress fails.</summary>
    public void Close() => channel.Close();

    public void Dispose() => _ended.Dispose();

    private async Task WaitForAsync(Task task) => await task.WaitAsync(GoodbyeTime, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private void Say(MqttDisconnectPacket goodbye)
    {
        _goodbye = goodbye;
        Signal();
    }

    /// <summary>Why a loop ended: null after DISCONNECT was sent, or when another loop ended first.</summary>
    private async Task<MqttException?> EndAsync(Task loop)
    {
        try
        {
            await loop;
            return null;
        }
        catch (Exception failure) when (MqttFailures.From(failure) is { } known)
        {
            return _goodbye is { ReasonCode: MqttDisconnectReasonCode.NormalDisconnection } ? null : known;
        }
    }

    private async Task ReadAllAsync(Action subscribed)
    {
        while (await channel.ReadAsync() is { } packet)
        {
            _watch.Received();
            switch (packet)
            {
                case MqttPublishPacket publish:
                    Receive(publish);
                    break;
                case MqttPubAckPacket answer:
                    publishes.Acknowledge(answer);
                    Signal(); // there is room in the window
                    break;
                case MqttSubAckPacket answer:
                    subscriptions.Acknowledge(answer);
                    if (subscriptions.IsDone)
                    {
                        subscribed();
                    }

                    Signal(); // the next filter, or the publishes
                    break;
                case MqttPingRespPacket when _watch.TakePingResp():
                    break;
                case MqttDisconnectPacket disconnect:
                    throw MqttFailures.Disconnected(disconnect);
                default:
                    throw MqttFailures.Unexpected(packet);
            }
        }

        throw MqttFailures.Closed();
    }

    /// <summary>A message counts against the receive maximum until its PUBACK is written, so a broker that reads nothing cannot fill the memory.</summary>
    private void Receive(MqttPublishPacket packet)
    {
        var isAcknowledged = packet.QualityOfServiceLevel != MqttQualityOfServiceLevel.AtMostOnce;
        var delivery = new MqttDelivery(Packets.Message(packet), packet.PacketIdentifier, packet.Dup, isAcknowledged ? Signal : null);
        if (isAcknowledged)
        {
            if (delivery.PacketId == 0 || _unacknowledged.Any(earlier => earlier.PacketId == delivery.PacketId))
            {
                throw MqttFailures.Violation(MqttDisconnectReasonCode.ProtocolError, "a packet identifier that is zero or still in use"); // [MQTT-2.2.1-4]
            }

            if (_unacknowledged.Count >= options.ReceiveMaximum)
            {
                throw MqttFailures.Violation(MqttDisconnectReasonCode.ReceiveMaximumExceeded, "more messages than the receive maximum allows");
            }

            _unacknowledged.Enqueue(delivery);
        }

        deliver(delivery);
    }

    private async Task WriteAllAsync()
    {
        while (_goodbye is null or { ReasonCode: MqttDisconnectReasonCode.NormalDisconnection })
        {
            if (NextPacket() is { } packet)
            {
                await channel.WriteAsync(packet);
                _watch.Sent();
                if (packet is MqttPubAckPacket)
                {
                    _unacknowledged.TryDequeue(out _);
                }
            }
            else if (_goodbye is not null)
            {
                break;
            }
            else
            {
                await _signal.WaitAsync(_ended.Token);
            }
        }

        await SayGoodbyeAsync(_goodbye);
    }

    private async Task SayGoodbyeAsync(MqttDisconnectPacket goodbye)
    {
        await channel.WriteAsync(goodbye);
        await channel.EndWritingAsync();
    }

    /// <summary>PUBACKs leave in the order of the messages [MQTT-4.6.0-2], and only on the connection that the message came on.</summary>
    private MqttPacket? NextPacket()
    {
        if (_watch.TakePing())
        {
            return MqttPingReqPacket.Instance;
        }

        if (_unacknowledged.TryPeek(out var oldest) && oldest.IsAcknowledged)
        {
            return new MqttPubAckPacket { PacketIdentifier = oldest.PacketId };
        }

        return subscriptions.IsDone ? publishes.TryTake() : subscriptions.TryTake(publishes.NextPacketId, _watch.Now);
    }
}
