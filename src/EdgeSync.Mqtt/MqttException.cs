using EdgeSync.Primitives.Failures;

namespace EdgeSync.Mqtt;

/// <summary>A failure of the broker, the connection or a message. <see cref="MqttReasons"/> lists the reasons.</summary>
public sealed class MqttException : EdgeSyncException
{
    /// <inheritdoc/>
    public MqttException(string reason, string message, Exception? innerException = null)
        : base(reason, message, innerException)
    {
        ExitCode = ExitCodes.Unavailable;
    }

    /// <summary>The MQTT reason code (MQTT 5.0, section 2.4): the broker's, or the one for the rule that the broker broke. Null where there is none.</summary>
    public int? Code { get; init; }
}
