namespace EdgeSync.Mqtt;

/// <summary>Whether the session has a connection, and if not, why.</summary>
public sealed record MqttSessionState
{
    /// <summary>Whether there is a connection and the broker has answered the subscriptions.</summary>
    public bool IsConnected { get; init; }

    /// <summary>Whether the broker still had the session when the connection was made. If not, what it had not acknowledged failed with <see cref="MqttReasons.SessionLost"/>.</summary>
    public bool SessionPresent { get; init; }

    /// <summary>False with a connection to a broker that keeps no retained messages; a message with that flag fails then.</summary>
    public bool RetainAvailable { get; init; } = true;

    /// <summary>Without a connection: why (null before the first try and after the end). With one: the first thing that the broker refuses or lacks.</summary>
    public MqttException? Failure { get; init; }

    /// <summary>The time until the next try; null with a connection and after the end.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
