namespace EdgeSync.Mqtt.Packets;

/// <summary>CONNACK (MQTT 5.0, section 3.2).</summary>
internal sealed record ConnAckPacket
{
    public bool SessionPresent { get; private init; }

    public MqttReasonCode Code { get; private init; }

    public MqttServerLimits Limits { get; private init; } = new();

    /// <summary>In seconds; null where the server keeps what the client asked for.</summary>
    public uint? SessionExpirySeconds { get; private init; }

    /// <summary>In seconds; null where the server keeps what the client asked for (section 3.2.2.3.14).</summary>
    public ushort? ServerKeepAliveSeconds { get; private init; }

    public string? AssignedClientIdentifier { get; private init; }

    public string? ReasonString { get; private init; }

    public string? ServerReference { get; private init; }

    public static ConnAckPacket Read(ReadOnlySpan<byte> body)
    {
        var reader = new PacketReader(body);
        var flags = reader.ReadByte();
        if ((flags & ~1) != 0)
        {
            throw MqttFailures.Malformed("reserved flags in a CONNACK"); // [MQTT-3.2.2-1]
        }

        var packet = new ConnAckPacket
        {
            SessionPresent = flags == 1,
            Code = ReasonCodeTable.Check(reader.ReadByte(), ReasonCodeTable.ConnAck, "CONNACK"),
        };
        if (packet is { SessionPresent: true, Code: not MqttReasonCode.Success })
        {
            throw MqttFailures.Protocol("a refusal that claims a session"); // [MQTT-3.2.2-6]
        }

        packet = ReadProperties(packet, reader.ReadProperties(PropertyTable.ConnAck));
        reader.ExpectEnd();
        return packet;
    }

    private static ConnAckPacket ReadProperties(ConnAckPacket packet, PropertyReader properties)
    {
        while (properties.Next(out var id))
        {
            packet = id switch
            {
                PropertyId.SessionExpiryInterval => packet with { SessionExpirySeconds = properties.ReadUInt32() },
                PropertyId.AssignedClientIdentifier => packet with { AssignedClientIdentifier = properties.ReadString() },
                PropertyId.ServerKeepAlive => packet with { ServerKeepAliveSeconds = properties.ReadUInt16() },
                PropertyId.ServerReference => packet with { ServerReference = properties.ReadString() },
                PropertyId.ReasonString => packet with { ReasonString = properties.ReadString() },
                PropertyId.UserProperty => Skip(packet, ref properties),
                // [MQTT-4.12.0-6] and [MQTT-3.1.2-28]: only an answer to what the client asked for, and it asks for neither.
                PropertyId.AuthenticationMethod or PropertyId.AuthenticationData =>
                    throw MqttFailures.Protocol("extended authentication that was not asked for"),
                PropertyId.ResponseInformation =>
                    throw MqttFailures.Protocol("response information that was not asked for"),
                _ => packet with { Limits = ReadLimit(packet.Limits, id, ref properties) },
            };
        }

        return packet;
    }

    private static MqttServerLimits ReadLimit(MqttServerLimits limits, PropertyId id, ref PropertyReader properties) => id switch
    {
        PropertyId.ReceiveMaximum => limits with { ReceiveMaximum = properties.ReadNonZeroUInt16() },
        PropertyId.MaximumQos => limits with { AtLeastOnceAvailable = properties.ReadBoolean() },
        PropertyId.RetainAvailable => limits with { RetainAvailable = properties.ReadBoolean() },
        PropertyId.MaximumPacketSize => limits with { MaximumPacketSize = properties.ReadNonZeroUInt32() },
        PropertyId.WildcardSubscriptionAvailable => limits with { WildcardsAvailable = properties.ReadBoolean() },
        PropertyId.SharedSubscriptionAvailable => limits with { SharedSubscriptionsAvailable = properties.ReadBoolean() },
        // Neither is used by this client, but both must be well-formed.
        PropertyId.SubscriptionIdentifierAvailable => limits with { SubscriptionIdentifiersAvailable = properties.ReadBoolean() },
        PropertyId.TopicAliasMaximum => limits with { TopicAliasMaximum = properties.ReadUInt16() },
        _ => throw MqttFailures.Malformed($"the property 0x{(int)id:X2}, which does not belong there"),
    };

    private static ConnAckPacket Skip(ConnAckPacket packet, ref PropertyReader properties)
    {
        properties.SkipUserProperty();
        return packet;
    }
}
