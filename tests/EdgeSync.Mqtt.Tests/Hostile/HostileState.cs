namespace EdgeSync.Mqtt.Tests.Hostile;

/// <summary>When the forbidden packet comes.</summary>
public enum HostileState
{
    /// <summary>The client waits for its CONNACK.</summary>
    Connecting,

    /// <summary>Connected, and nothing is in flight.</summary>
    Idle,

    /// <summary>A PUBLISH with packet identifier 1 waits for its PUBACK.</summary>
    Publishing,

    /// <summary>A SUBSCRIBE with packet identifier 1 and one filter waits for its SUBACK.</summary>
    Subscribing,
}
