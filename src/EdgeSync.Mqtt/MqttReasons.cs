namespace EdgeSync.Mqtt;

/// <summary>The reasons of <see cref="MqttException"/>: stable, part of the status contract.</summary>
public static class MqttReasons
{
    /// <summary>No connection to the broker: name, route, port, or it is not running.</summary>
    public const string BrokerUnreachable = nameof(BrokerUnreachable);

    /// <summary>The broker's certificate is not accepted, or the broker does not accept the client's.</summary>
    public const string TlsRejected = nameof(TlsRejected);

    /// <summary>A certificate or key file of the client cannot be used.</summary>
    public const string TlsFilesUnusable = nameof(TlsFilesUnusable);

    /// <summary>The broker did not answer in time while connecting.</summary>
    public const string ConnectTimeout = nameof(ConnectTimeout);

    /// <summary>The broker refuses the client, its name or its password.</summary>
    public const string NotAuthorized = nameof(NotAuthorized);

    /// <summary>The broker refuses the connection for another reason.</summary>
    public const string ConnectRefused = nameof(ConnectRefused);

    /// <summary>The broker is there, and asks to come back later.</summary>
    public const string BrokerBusy = nameof(BrokerBusy);

    /// <summary>The broker names another server; the client does not follow.</summary>
    public const string BrokerMoved = nameof(BrokerMoved);

    /// <summary>The connection broke.</summary>
    public const string ConnectionLost = nameof(ConnectionLost);

    /// <summary>The broker no longer answers.</summary>
    public const string BrokerSilent = nameof(BrokerSilent);

    /// <summary>The broker closed the connection and said why.</summary>
    public const string DisconnectedByBroker = nameof(DisconnectedByBroker);

    /// <summary>Another client uses the same client identifier.</summary>
    public const string SessionTakenOver = nameof(SessionTakenOver);

    /// <summary>The broker sent what MQTT 5.0 does not allow.</summary>
    public const string ProtocolViolation = nameof(ProtocolViolation);

    /// <summary>The broker lost the session, so that nobody knows whether it took the message: send it again.</summary>
    public const string SessionLost = nameof(SessionLost);

    /// <summary>There is no connection, and the client was told not to wait for one.</summary>
    public const string Offline = nameof(Offline);

    /// <summary>More publishes wait than the queue holds: await those before.</summary>
    public const string QueueFull = nameof(QueueFull);

    /// <summary>The client is stopping.</summary>
    public const string Stopped = nameof(Stopped);

    /// <summary>The broker does not accept the message.</summary>
    public const string PublishRefused = nameof(PublishRefused);

    /// <summary>The broker does not accept the subscription.</summary>
    public const string SubscriptionRefused = nameof(SubscriptionRefused);

    /// <summary>The packet is larger than the broker allows.</summary>
    public const string PacketTooLarge = nameof(PacketTooLarge);

    /// <summary>The broker lacks what the message or subscription needs.</summary>
    public const string NotSupportedByBroker = nameof(NotSupportedByBroker);

    /// <summary>The message's time was over before it could be sent.</summary>
    public const string MessageExpired = nameof(MessageExpired);

    /// <summary>The message or topic is not one that may be sent.</summary>
    public const string MessageInvalid = nameof(MessageInvalid);

    /// <summary>A fault of the client itself; it goes on with a new connection.</summary>
    public const string InternalError = nameof(InternalError);
}
