using EdgeSync.Mqtt.Packets;

namespace EdgeSync.Mqtt.Sessions;

/// <summary>What the broker's limits and the message's own time say about sending it now.</summary>
internal static class SendRules
{
    /// <summary>Why it must not be sent, or null.</summary>
    public static MqttException? Refusal(OutgoingPublish publish, MqttServerLimits limits, TimeSpan waited)
    {
        var message = publish.Message;
        return message switch
        {
            { QualityOfService: MqttQualityOfService.AtLeastOnce } when !limits.AtLeastOnceAvailable => // [MQTT-3.2.2-11]
                MqttFailures.Unsupported(message.Topic, MqttReasonCode.QosNotSupported, "QoS 1"),
            { Retain: true } when !limits.RetainAvailable => // [MQTT-3.2.2-14]
                MqttFailures.Unsupported(message.Topic, MqttReasonCode.RetainNotSupported, "retained messages"),
            // One that was sent before goes on: the broker may have it, and only its answer ends the exchange.
            { Expiry: { } expiry } when publish.PacketId == 0 && waited >= expiry =>
                new MqttException(MqttReasons.MessageExpired, $"the message to '{message.Topic}' expired before it could be sent")
                {
                    Subject = message.Topic,
                },
            _ => null,
        };
    }

    /// <summary>What is left of the message's time, in seconds, or null where it has none.</summary>
    public static uint? RemainingExpiry(MqttMessage message, TimeSpan waited) => message.Expiry switch
    {
        null => null,
        { } expiry when expiry > waited => Seconds.Whole(expiry - waited),
        _ => 0,
    };
}
