namespace EdgeSync.Mqtt.Packets;

/// <summary>CONNECT (MQTT 5.0, section 3.1). It offers no topic aliases, no extended authentication and no response information.</summary>
internal static class ConnectPacket
{
    private const byte ProtocolVersion = 5;

    public static void Write(PacketWriter writer, MqttClientOptions options, string clientId, bool cleanStart)
    {
        var packet = writer.BeginPacket(PacketType.Connect);
        writer.String("MQTT");
        writer.Byte(ProtocolVersion);
        writer.Byte(Flags(options, cleanStart));
        writer.UInt16((int)options.KeepAlive.TotalSeconds);

        var properties = writer.BeginLength();
        if (options.SessionExpiry > TimeSpan.Zero)
        {
            writer.Property(PropertyId.SessionExpiryInterval, Seconds.Whole(options.SessionExpiry));
        }

        writer.Property(PropertyId.ReceiveMaximum, (ushort)options.ReceiveMaximum);
        writer.Property(PropertyId.MaximumPacketSize, (uint)options.MaximumPacketSize);
        writer.End(properties);

        // The order of the payload is fixed [MQTT-3.1.3-1]: client identifier, will, user name, password.
        writer.String(clientId);
        if (options.Will is { } will)
        {
            WriteWill(writer, will);
        }

        if (options.UserName is { } userName)
        {
            writer.String(userName);
        }

        if (options.Password is { } password)
        {
            writer.String(password);
        }

        writer.End(packet);
    }

    private static byte Flags(MqttClientOptions options, bool cleanStart)
    {
        var flags = cleanStart ? 0b0000_0010 : 0;
        if (options.Will is { Message: var message })
        {
            flags |= 0b0000_0100 | (int)message.QualityOfService << 3 | (message.Retain ? 0b0010_0000 : 0);
        }

        flags |= options.Password is null ? 0 : 0b0100_0000;
        flags |= options.UserName is null ? 0 : 0b1000_0000;
        return (byte)flags;
    }

    private static void WriteWill(PacketWriter writer, MqttWill will)
    {
        var properties = writer.BeginLength();
        if (will.Delay > TimeSpan.Zero)
        {
            writer.Property(PropertyId.WillDelayInterval, Seconds.Whole(will.Delay));
        }

        var expiry = will.Message.Expiry is { } duration ? Seconds.Whole(duration) : (uint?)null;
        MessageCodec.WriteProperties(writer, will.Message, expiry);
        writer.End(properties);
        writer.String(will.Message.Topic);
        writer.Binary(will.Message.Payload.Span);
    }
}
