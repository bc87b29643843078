namespace EdgeSync.Mqtt;

/// <summary>How surely a message arrives (MQTT 5.0, section 4.3). QoS 2 is not offered: whoever needs "once" numbers its messages.</summary>
public enum MqttQualityOfService
{
    /// <summary>QoS 0: sent, and forgotten.</summary>
    AtMostOnce = 0,

    /// <summary>QoS 1: acknowledged; may arrive twice.</summary>
    AtLeastOnce = 1,
}
