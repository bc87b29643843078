using EdgeSync.Primitives.Failures;

namespace EdgeSync.Mqtt;

/// <summary>Something about the broker, the connection or a message failed. <see cref="MqttReasons"/> lists the reasons.</summary>
public sealed class MqttException : EdgeSyncException
{
    /// <inheritdoc/>
    public MqttException(string reason, string message, Exception? innerException = null)
        : base(reason, message, innerException)
    {
        ExitCode = ExitCodes.Unavailable;
    }

    /// <summary>The reason code on the wire: what the broker said, or what it was told where it broke the protocol. Null where neither.</summary>
    public MqttReasonCode? Code { get; init; }

    /// <summary>The other server that the broker named; reported, never followed.</summary>
    public string? ServerReference { get; init; }

    /// <summary>Whether the broker is to be told <see cref="Code"/> before the connection is closed.</summary>
    internal bool TellBroker { get; init; }
}
