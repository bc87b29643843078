using EdgeSync.Mqtt.Packets;

namespace EdgeSync.Mqtt.Sessions;

/// <summary>
/// What the application wants to hear of, and the requests under way. When the broker has lost the session, everything that it had
/// granted is asked for again, before anything else is sent.
/// </summary>
internal sealed class Subscriptions(PacketIdentifiers identifiers, WriteSignal signal, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, MqttSubscription> _granted = new(StringComparer.Ordinal);
    private readonly LinkedList<SubscriptionRequest> _requests = [];
    private MqttServerLimits? _limits;
    private bool _closed;

    /// <summary>When the oldest request without an answer was sent on this connection, or null.</summary>
    public long? OldestUnansweredAt
    {
        get
        {
            lock (_lock)
            {
                return _limits is null ? null : _requests.Where(r => r.PacketId != 0).Select(r => (long?)r.SentAt).Min();
            }
        }
    }

    /// <summary>Queues the request and waits for the broker's answer, over new connections if need be.</summary>
    public async Task RequestAsync(SubscriptionRequest request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_closed)
            {
                throw MqttFailures.Stopped(request.FirstFilter);
            }

            _requests.AddLast(request);
        }

        await using var registration = cancellationToken.Register(() => Cancel(request, cancellationToken));
        signal.Set();
        await request.Completion.Task;
    }

    public void BeginConnection(bool sessionPresent, MqttServerLimits limits)
    {
        lock (_lock)
        {
            _limits = limits;
            foreach (var request in _requests.ToList())
            {
                Reset_NeedsLock(request, sessionPresent);
            }

            if (!sessionPresent && _granted.Count > 0)
            {
                // One filter a packet: a refusal or a size limit then concerns that filter alone.
                foreach (var subscription in _granted.Values.Reverse())
                {
                    _requests.AddFirst(new SubscriptionRequest { Subscribe = [subscription], IsRestore = true });
                }
            }
        }
    }

    public void EndConnection()
    {
        lock (_lock)
        {
            _limits = null;
        }
    }

    /// <summary>Writes the next request that was not sent on this connection; false where there is none.</summary>
    public bool TryWriteNext(PacketWriter writer)
    {
        lock (_lock)
        {
            while (_limits is { } limits && _requests.FirstOrDefault(r => r.PacketId == 0) is { } request)
            {
                var failure = Refusal(request, limits);
                if (failure is null)
                {
                    if (!identifiers.TryTake(out var packetId))
                    {
                        return false;
                    }

                    request.PacketId = packetId;
                    request.SentAt = time.GetTimestamp();
                    failure = Write(writer, request, limits);
                }

                if (failure is null)
                {
                    return true;
                }

                Remove_NeedsLock(request);
                request.Completion.TrySetException(failure);
            }

            return false;
        }
    }

    /// <summary>Takes a SUBACK or UNSUBACK. The result is a refusal that no caller waits for, to be reported, or null.</summary>
    public MqttException? Acknowledge(PacketType type, SubscriptionAckPacket packet)
    {
        lock (_lock)
        {
            var isSubscribe = type == PacketType.SubAck;
            var request = _requests.FirstOrDefault(r => r.PacketId == packet.PacketId && r.IsSubscribe == isSubscribe)
                ?? throw MqttFailures.Protocol("an answer to a subscription that was not asked for");
            if (packet.Codes.Count != request.FilterCount)
            {
                throw MqttFailures.Protocol("an answer with another number of reason codes than filters"); // [MQTT-3.9.3-1]
            }

            var refusal = isSubscribe ? Grant_NeedsLock(request, packet) : Leave_NeedsLock(request, packet);
            Remove_NeedsLock(request);
            if (refusal is null)
            {
                request.Completion.TrySetResult();
                return null;
            }

            request.Completion.TrySetException(refusal);
            return request.IsRestore ? refusal : null;
        }
    }

    public void FailAll()
    {
        lock (_lock)
        {
            _closed = true;
            _limits = null;
            foreach (var request in _requests)
            {
                request.Completion.TrySetException(MqttFailures.Stopped(request.FirstFilter));
            }

            _requests.Clear();
        }
    }

    private static MqttException? Refusal(SubscriptionRequest request, MqttServerLimits limits)
    {
        foreach (var filter in request.Subscribe.Select(s => s.Filter))
        {
            if (!limits.WildcardsAvailable && MqttTopic.HasWildcard(filter))
            {
                return MqttFailures.Unsupported(filter, MqttReasonCode.WildcardSubscriptionsNotSupported, "wildcards in filters");
            }

            if (!limits.SharedSubscriptionsAvailable && MqttTopic.IsShared(filter))
            {
                return MqttFailures.Unsupported(filter, MqttReasonCode.SharedSubscriptionsNotSupported, "shared subscriptions");
            }
        }

        return null;
    }

    private static MqttException? Write(PacketWriter writer, SubscriptionRequest request, MqttServerLimits limits)
    {
        var start = writer.Length;
        if (request.IsSubscribe)
        {
            SubscribePacket.Write(writer, request.PacketId, request.Subscribe);
        }
        else
        {
            UnsubscribePacket.Write(writer, request.PacketId, request.Unsubscribe);
        }

        var size = writer.Length - start;
        if (size <= limits.MaximumPacketSize)
        {
            return null;
        }

        writer.Truncate(start);
        return MqttFailures.TooLarge(request.FirstFilter, size, limits.MaximumPacketSize);
    }

    private void Reset_NeedsLock(SubscriptionRequest request, bool sessionPresent)
    {
        if (request.PacketId != 0)
        {
            identifiers.Release(request.PacketId);
            request.PacketId = 0;
        }

        if (!sessionPresent && (request.IsRestore || !request.IsSubscribe))
        {
            // Restores are made anew, and a session that is gone has nothing to leave.
            request.Unsubscribe.ToList().ForEach(filter => _granted.Remove(filter));
            _requests.Remove(request);
            request.Completion.TrySetResult();
        }
        else if (request.Completion.Task.IsCanceled)
        {
            _requests.Remove(request);
        }
    }

    private MqttException? Grant_NeedsLock(SubscriptionRequest request, SubscriptionAckPacket packet)
    {
        MqttException? refusal = null;
        foreach (var (subscription, code) in request.Subscribe.Zip(packet.Codes))
        {
            if (code >= MqttReasonCode.UnspecifiedError)
            {
                // A restore stays wanted, so that it is tried again with the next new session.
                refusal ??= MqttFailures.SubscriptionRefused(subscription.Filter, code, packet.ReasonString);
            }
            else if ((int)code > (int)subscription.QualityOfService)
            {
                throw MqttFailures.Protocol("a subscription with a higher quality of service than asked for");
            }
            else
            {
                _granted[subscription.Filter] = subscription;
            }
        }

        return refusal;
    }

    private MqttException? Leave_NeedsLock(SubscriptionRequest request, SubscriptionAckPacket packet)
    {
        MqttException? refusal = null;
        foreach (var (filter, code) in request.Unsubscribe.Zip(packet.Codes))
        {
            if (code >= MqttReasonCode.UnspecifiedError)
            {
                refusal ??= MqttFailures.SubscriptionRefused(filter, code, packet.ReasonString);
            }
            else
            {
                _granted.Remove(filter);
            }
        }

        return refusal;
    }

    // One that was sent keeps its identifier until the answer, which is taken and then forgotten.
    private void Cancel(SubscriptionRequest request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (request.PacketId == 0)
            {
                _requests.Remove(request);
            }

            request.Completion.TrySetCanceled(cancellationToken);
        }
    }

    private void Remove_NeedsLock(SubscriptionRequest request)
    {
        _requests.Remove(request);
        if (request.PacketId != 0)
        {
            identifiers.Release(request.PacketId);
        }
    }
}
