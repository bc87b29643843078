namespace EdgeSync.Mqtt;

/// <summary>
/// What the broker publishes for a client that is gone without a goodbye (MQTT 5.0, section 3.1.2.5), after <paramref name="Delay"/>
/// without a new connection, or when the session ends if that is earlier.
/// </summary>
/// <param name="Message">What it says.</param>
/// <param name="Delay">How long the client may be away before; whole seconds.</param>
public sealed record MqttWill(MqttMessage Message, TimeSpan Delay = default);
