namespace EdgeSync.Mqtt;

/// <summary>Which retained messages a broker sends for a subscription (MQTT 5.0, section 3.8.3.1).</summary>
public enum MqttRetainedMessages
{
    /// <summary>All that match, each time that it is made.</summary>
    Send = 0,

    /// <summary>All that match, if the subscription is new to the session.</summary>
    SendIfNew = 1,

    /// <summary>None.</summary>
    DoNotSend = 2,
}
