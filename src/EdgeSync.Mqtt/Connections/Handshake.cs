using EdgeSync.Mqtt.Packets;

namespace EdgeSync.Mqtt.Connections;

/// <summary>CONNECT and CONNACK: from a raw connection to one with agreed limits (MQTT 5.0, sections 3.1 and 3.2).</summary>
internal static class Handshake
{
    public static async Task<ConnAckPacket> RunAsync(
        Stream stream, PacketStream packets, MqttClientOptions options, string clientId, bool cleanStart, CancellationToken cancellationToken)
    {
        var writer = new PacketWriter();
        ConnectPacket.Write(writer, options, clientId, cleanStart);
        try
        {
            await stream.WriteAsync(writer.Written, cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }
        catch (IOException)
        {
            // The broker hung up before it had all of CONNECT. Why (a TLS alert) may lie unread here: reading says it, or fails as well.
        }

        var (header, body) = await packets.ReadAsync() ?? throw MqttFailures.Lost("the broker closed it instead of answering");
        if (header.Type != PacketType.ConnAck)
        {
            throw MqttFailures.Protocol($"a {header.Type} before its CONNACK"); // [MQTT-3.2.0-1]
        }

        var answer = ConnAckPacket.Read(body.Span);
        if (answer.Code != MqttReasonCode.Success)
        {
            throw MqttFailures.Refused(answer.Code, answer.ReasonString, answer.ServerReference);
        }

        if (answer.SessionPresent && cleanStart)
        {
            throw MqttFailures.Protocol("an old session for a clean start"); // [MQTT-3.2.2-2], [MQTT-3.2.2-4]
        }

        if (clientId.Length == 0 && string.IsNullOrEmpty(answer.AssignedClientIdentifier))
        {
            throw MqttFailures.Protocol("no client identifier, where it had to assign one"); // [MQTT-3.2.2-16]
        }

        return answer;
    }

    /// <summary>What is in force for this connection.</summary>
    public static MqttServerLimits Agree(ConnAckPacket answer, MqttClientOptions options, string clientId) => answer.Limits with
    {
        KeepAlive = answer.ServerKeepAliveSeconds is { } keepAlive ? TimeSpan.FromSeconds(keepAlive) : options.KeepAlive,
        SessionExpiry = answer.SessionExpirySeconds is { } expiry ? TimeSpan.FromSeconds(expiry) : options.SessionExpiry,
        ClientId = clientId.Length > 0 ? clientId : answer.AssignedClientIdentifier ?? "",
    };
}
