using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeSync.Mqtt.Connections;

/// <summary>
/// The topic filters that the session at the broker does not have yet. They are asked for one after the other, so that a refusal concerns that filter
/// alone; what was refused is asked for again on the next connection.
/// </summary>
internal sealed partial class SubscriptionQueue(MqttSessionOptions options, RefusedTopics refused, ILogger logger)
{
    private readonly HashSet<string> _granted = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _missing = new();
    private volatile ushort _packetId;
    private long _sentAt;

    /// <summary>Whether the broker has answered all of them.</summary>
    public bool IsDone => _missing.IsEmpty;

    /// <summary>When the filter was sent that has no answer yet; zero where there is none.</summary>
    public long UnansweredAt => _packetId == 0 ? 0 : Volatile.Read(ref _sentAt);

    /// <summary>The first thing that the broker refuses or lacks on this connection, or null.</summary>
    public MqttException? Refusal { get; private set; }

    public void BeginConnection(MqttConnAckPacket limits)
    {
        if (!limits.IsSessionPresent)
        {
            _granted.Clear();
        }

        Refusal = limits.MaximumQoS == MqttQualityOfServiceLevel.AtMostOnce
            ? MqttFailures.Unsupported("", MqttDisconnectReasonCode.QoSNotSupported, "QoS 1")
            : null;
        foreach (var filter in options.Subscriptions.Where(filter => !_granted.Contains(filter)))
        {
            if (!limits.WildcardSubscriptionAvailable && filter.AsSpan().IndexOfAny('+', '#') >= 0)
            {
                Refuse(filter, MqttFailures.Unsupported(filter, MqttDisconnectReasonCode.WildcardSubscriptionsNotSupported, "wildcards in filters"));
            }
            else if (refused.Find(filter) is { } end)
            {
                Refuse(filter, MqttFailures.ClosedForFilter(filter, end));
            }
            else
            {
                _missing.Enqueue(filter);
            }
        }
    }

    /// <param name="end">Why the connection ended if the broker closed it or owes an acknowledgement; otherwise null.</param>
    public void EndConnection(MqttException? end)
    {
        if (end is not null && _packetId != 0 && _missing.TryPeek(out var filter))
        {
            refused.Blame(filter, end);
        }

        _packetId = 0;
        _missing.Clear();
    }

    /// <summary>The next packet to send, or null.</summary>
    public MqttSubscribePacket? TryTake(Func<ushort> nextPacketId, long now)
    {
        if (_packetId != 0 || !_missing.TryPeek(out var filter))
        {
            return null;
        }

        Volatile.Write(ref _sentAt, now);
        _packetId = nextPacketId();
        return Packets.Subscribe(filter, _packetId);
    }

    /// <summary>Throws <see cref="MqttException"/> where it is not the answer to the filter that was sent.</summary>
    public void Acknowledge(MqttSubAckPacket answer)
    {
        if (answer.ReasonCodes is not [var code]
            || !Enum.IsDefined(code)
            || code == MqttSubscribeReasonCode.GrantedQoS2
            || answer.PacketIdentifier == 0
            || answer.PacketIdentifier != _packetId
            || !_missing.TryPeek(out var filter))
        {
            throw MqttFailures.Violation(MqttDisconnectReasonCode.ProtocolError, "a SUBACK that does not fit the SUBSCRIBE");
        }

        refused.Clear(filter);
        if (code < MqttSubscribeReasonCode.UnspecifiedError)
        {
            _granted.Add(filter);
        }
        else
        {
            Refuse(filter, MqttFailures.SubscriptionRefused(filter, code, answer.ReasonString));
        }

        // In this order: the writer takes the next filter as soon as no packet identifier is in use.
        _missing.TryDequeue(out _);
        _packetId = 0;
    }

    private void Refuse(string filter, MqttException refusal)
    {
        Refusal ??= refusal;
        LogRefused(filter, refusal.Message);
    }

    [LoggerMessage(MqttEventIds.SubscriptionRefused, LogLevel.Error, "The broker does not grant the subscription to {Subject}: {Detail}")]
    private partial void LogRefused(string subject, string detail);
}
