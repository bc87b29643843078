namespace EdgeSync.Mqtt;

/// <summary>How the client stands with the broker.</summary>
public sealed record MqttConnectionState
{
    /// <summary>Whether there is a connection.</summary>
    public bool IsConnected { get; init; }

    /// <summary>Whether the broker still had the session when the connection was made. False: subscriptions were made again, and publishes that it had not acknowledged failed with <see cref="MqttReasons.SessionLost"/>.</summary>
    public bool SessionPresent { get; init; }

    /// <summary>What the broker said about itself; null without a connection.</summary>
    public MqttServerLimits? Limits { get; init; }

    /// <summary>Why there is no connection (null before the first try and after a stop); with one: the subscription that the broker no longer grants.</summary>
    public MqttException? Failure { get; init; }

    /// <summary>When the next try comes, from now; null with a connection and after a stop.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
