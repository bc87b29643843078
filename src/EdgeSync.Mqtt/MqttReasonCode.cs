namespace EdgeSync.Mqtt;

/// <summary>The reason codes of MQTT 5.0, section 2.4. From 0x80 on they are failures.</summary>
public enum MqttReasonCode
{
    /// <summary>Success, a normal disconnection, or QoS 0 granted.</summary>
    Success = 0x00,

    /// <summary>A subscription with at most QoS 1.</summary>
    GrantedQos1 = 0x01,

    /// <summary>A subscription with at most QoS 2.</summary>
    GrantedQos2 = 0x02,

    /// <summary>The client leaves and wants its will published.</summary>
    DisconnectWithWill = 0x04,

    /// <summary>Taken, but nobody has subscribed to it.</summary>
    NoMatchingSubscribers = 0x10,

    /// <summary>There was no such subscription.</summary>
    NoSubscriptionExisted = 0x11,

    /// <summary>A failure that the sender does not name.</summary>
    UnspecifiedError = 0x80,

    /// <summary>A packet that cannot be parsed.</summary>
    MalformedPacket = 0x81,

    /// <summary>A packet that the protocol does not allow, or not at this time.</summary>
    ProtocolError = 0x82,

    /// <summary>Valid, and refused by this implementation.</summary>
    ImplementationSpecificError = 0x83,

    /// <summary>The server does not speak MQTT 5.</summary>
    UnsupportedProtocolVersion = 0x84,

    /// <summary>The server does not allow this client identifier.</summary>
    ClientIdentifierNotValid = 0x85,

    /// <summary>The server does not accept user name or password.</summary>
    BadUserNameOrPassword = 0x86,

    /// <summary>The client may not do this.</summary>
    NotAuthorized = 0x87,

    /// <summary>The server is not available.</summary>
    ServerUnavailable = 0x88,

    /// <summary>The server is busy.</summary>
    ServerBusy = 0x89,

    /// <summary>An administrator has banned this client.</summary>
    Banned = 0x8A,

    /// <summary>The server is shutting down.</summary>
    ServerShuttingDown = 0x8B,

    /// <summary>The authentication method is not supported.</summary>
    BadAuthenticationMethod = 0x8C,

    /// <summary>Nothing was heard for one and a half keep-alive intervals.</summary>
    KeepAliveTimeout = 0x8D,

    /// <summary>Another connection uses the same client identifier.</summary>
    SessionTakenOver = 0x8E,

    /// <summary>The topic filter is not accepted.</summary>
    TopicFilterInvalid = 0x8F,

    /// <summary>The topic name is not accepted.</summary>
    TopicNameInvalid = 0x90,

    /// <summary>The packet identifier is already in use.</summary>
    PacketIdentifierInUse = 0x91,

    /// <summary>There is no such packet identifier.</summary>
    PacketIdentifierNotFound = 0x92,

    /// <summary>More messages without acknowledgement than the receiver allows.</summary>
    ReceiveMaximumExceeded = 0x93,

    /// <summary>A topic alias that the receiver does not allow.</summary>
    TopicAliasInvalid = 0x94,

    /// <summary>A packet larger than the receiver allows.</summary>
    PacketTooLarge = 0x95,

    /// <summary>Too many messages in too short a time.</summary>
    MessageRateTooHigh = 0x96,

    /// <summary>A limit of the implementation or the administrator is exceeded.</summary>
    QuotaExceeded = 0x97,

    /// <summary>An administrator closed the connection.</summary>
    AdministrativeAction = 0x98,

    /// <summary>The payload is not what its format indicator says.</summary>
    PayloadFormatInvalid = 0x99,

    /// <summary>The server keeps no retained messages.</summary>
    RetainNotSupported = 0x9A,

    /// <summary>The server does not support this quality of service.</summary>
    QosNotSupported = 0x9B,

    /// <summary>The client should use another server for now.</summary>
    UseAnotherServer = 0x9C,

    /// <summary>The server has moved for good.</summary>
    ServerMoved = 0x9D,

    /// <summary>The server has no shared subscriptions.</summary>
    SharedSubscriptionsNotSupported = 0x9E,

    /// <summary>Too many connections in too short a time.</summary>
    ConnectionRateExceeded = 0x9F,

    /// <summary>The longest time of a connection is over.</summary>
    MaximumConnectTime = 0xA0,

    /// <summary>The server has no subscription identifiers.</summary>
    SubscriptionIdentifiersNotSupported = 0xA1,

    /// <summary>The server has no wildcard subscriptions.</summary>
    WildcardSubscriptionsNotSupported = 0xA2,
}
