using EdgeSync.Mqtt.Packets;
using EdgeSync.Mqtt.Sessions;

namespace EdgeSync.Mqtt.Connections;

/// <summary>Gives each packet of an established connection to the part of the session that it is for.</summary>
internal sealed class PacketDispatcher(MqttSession session, KeepAlive keepAlive, Action<MqttException> subscriptionRefused)
{
    public void Dispatch(FixedHeader header, ReadOnlySpan<byte> body)
    {
        switch (header.Type)
        {
            case PacketType.Publish:
                session.Incoming.Receive(PublishPacket.Read(header.Flags, body));
                break;
            case PacketType.PubAck:
                session.Outgoing.Acknowledge(PubAckPacket.Read(body));
                break;
            case PacketType.SubAck or PacketType.UnsubAck:
                var refusal = session.Subscriptions.Acknowledge(header.Type, SubscriptionAckPacket.Read(header.Type, body));
                if (refusal is not null)
                {
                    subscriptionRefused(refusal);
                }

                break;
            case PacketType.PingResp:
                TakePingResp(body);
                break;
            case PacketType.Disconnect:
                var packet = DisconnectPacket.Read(body);
                throw MqttFailures.Disconnected(packet.Code, packet.ReasonString, packet.ServerReference);
            default:
                // A second CONNACK, what only clients send, the QoS 2 exchange that was never begun, and AUTH that was not agreed.
                throw MqttFailures.Protocol($"a {header.Type}, which has no place here");
        }
    }

    private void TakePingResp(ReadOnlySpan<byte> body)
    {
        new PacketReader(body).ExpectEnd();
        if (!keepAlive.Answered())
        {
            throw MqttFailures.Protocol("a PINGRESP that was not asked for");
        }
    }
}
