namespace EdgeSync.Mqtt.Packets;

/// <summary>
/// Which properties each packet from a server may have (MQTT 5.0, table 2-4), as sets of bits. Any other one makes the packet malformed.
/// </summary>
internal static class PropertyTable
{
    /// <summary>May stand more than once: user properties everywhere, subscription identifiers in a PUBLISH (section 3.3.2.3.8).</summary>
    public const ulong Repeatable = 1UL << (int)PropertyId.UserProperty | 1UL << (int)PropertyId.SubscriptionIdentifier;

    /// <summary>PUBACK, SUBACK and UNSUBACK.</summary>
    public const ulong Acknowledgement = 1UL << (int)PropertyId.ReasonString | 1UL << (int)PropertyId.UserProperty;

    public const ulong Disconnect = Acknowledgement
        | 1UL << (int)PropertyId.SessionExpiryInterval
        | 1UL << (int)PropertyId.ServerReference;

    public const ulong Publish = 1UL << (int)PropertyId.PayloadFormatIndicator
        | 1UL << (int)PropertyId.MessageExpiryInterval
        | 1UL << (int)PropertyId.ContentType
        | 1UL << (int)PropertyId.ResponseTopic
        | 1UL << (int)PropertyId.CorrelationData
        | 1UL << (int)PropertyId.SubscriptionIdentifier
        | 1UL << (int)PropertyId.TopicAlias
        | 1UL << (int)PropertyId.UserProperty;

    public const ulong ConnAck = Acknowledgement
        | 1UL << (int)PropertyId.SessionExpiryInterval
        | 1UL << (int)PropertyId.AssignedClientIdentifier
        | 1UL << (int)PropertyId.ServerKeepAlive
        | 1UL << (int)PropertyId.AuthenticationMethod
        | 1UL << (int)PropertyId.AuthenticationData
        | 1UL << (int)PropertyId.ResponseInformation
        | 1UL << (int)PropertyId.ServerReference
        | 1UL << (int)PropertyId.ReceiveMaximum
        | 1UL << (int)PropertyId.TopicAliasMaximum
        | 1UL << (int)PropertyId.MaximumQos
        | 1UL << (int)PropertyId.RetainAvailable
        | 1UL << (int)PropertyId.MaximumPacketSize
        | 1UL << (int)PropertyId.WildcardSubscriptionAvailable
        | 1UL << (int)PropertyId.SubscriptionIdentifierAvailable
        | 1UL << (int)PropertyId.SharedSubscriptionAvailable;
}
