using EdgeSync.Primitives.Failures;

namespace EdgeSync.Mqtt;

/// <summary>The one place that turns reason codes and broken packets into failures.</summary>
internal static class MqttFailures
{
    private const int LongestServerText = 200;

    /// <summary>Cannot be parsed: DISCONNECT with 0x81 (MQTT 5.0, section 4.13.1).</summary>
    public static MqttException Malformed(string what) => Violation(MqttReasonCode.MalformedPacket, what);

    /// <summary>Not allowed, or not now: DISCONNECT with 0x82 (section 4.13.1).</summary>
    public static MqttException Protocol(string what) => Violation(MqttReasonCode.ProtocolError, what);

    public static MqttException Violation(MqttReasonCode code, string what) =>
        new(MqttReasons.ProtocolViolation, $"the broker sent {what} ({code})")
        {
            Code = code,
            TellBroker = true,
            Hint = "The broker does not keep to MQTT 5.0, or something between changes its packets. Check its version.",
        };

    public static MqttException Lost(string why, Exception? cause = null) =>
        new(MqttReasons.ConnectionLost, $"the connection to the broker is lost: {why}", cause);

    /// <summary>Closed without DISCONNECT. Some brokers (mosquitto 2.0 among them) end a session that another client took over like this.</summary>
    public static MqttException Closed() => new(MqttReasons.ConnectionLost, "the broker closed the connection without a word")
    {
        Hint = "If this comes again and again, look in the broker's log: another client may use the same client identifier.",
    };

    public static MqttException Silent(string why) => new(MqttReasons.BrokerSilent, $"the broker no longer answers: {why}")
    {
        Hint = "Check the link; the client connects again by itself.",
    };

    public static MqttException Refused(MqttReasonCode code, string? reasonString, string? serverReference)
    {
        var (reason, disposition, hint) = code switch
        {
            MqttReasonCode.NotAuthorized or MqttReasonCode.BadUserNameOrPassword or MqttReasonCode.ClientIdentifierNotValid
                or MqttReasonCode.Banned or MqttReasonCode.BadAuthenticationMethod =>
                (MqttReasons.NotAuthorized, Disposition.Stalled, "Check the client certificate, user name and client identifier at the broker."),
            MqttReasonCode.ServerUnavailable or MqttReasonCode.ServerBusy or MqttReasonCode.ConnectionRateExceeded
                or MqttReasonCode.QuotaExceeded =>
                (MqttReasons.BrokerBusy, Disposition.Transient, null),
            MqttReasonCode.UseAnotherServer or MqttReasonCode.ServerMoved =>
                (MqttReasons.BrokerMoved, Disposition.Stalled, "Configure the other server if you trust it; the client does not follow by itself."),
            MqttReasonCode.UnsupportedProtocolVersion =>
                (MqttReasons.ConnectRefused, Disposition.Stalled, "Use a broker that speaks MQTT 5.0."),
            _ => (MqttReasons.ConnectRefused, Disposition.Transient, (string?)null),
        };
        return new MqttException(reason, $"the broker refuses the connection: {Words(code, reasonString, serverReference)}")
        {
            Code = code,
            Disposition = disposition,
            Hint = hint,
            ServerReference = Clean(serverReference),
        };
    }

    public static MqttException Disconnected(MqttReasonCode code, string? reasonString, string? serverReference)
    {
        var (reason, disposition, hint) = code switch
        {
            MqttReasonCode.SessionTakenOver =>
                (MqttReasons.SessionTakenOver, Disposition.Stalled, "Two clients use one client identifier. Find the other one and give it its own."),
            MqttReasonCode.NotAuthorized =>
                (MqttReasons.NotAuthorized, Disposition.Stalled, "Check what the broker allows this client."),
            MqttReasonCode.UseAnotherServer or MqttReasonCode.ServerMoved =>
                (MqttReasons.BrokerMoved, Disposition.Stalled, "Configure the other server if you trust it; the client does not follow by itself."),
            _ => (MqttReasons.DisconnectedByBroker, Disposition.Transient, (string?)null),
        };
        return new MqttException(reason, $"the broker closed the connection: {Words(code, reasonString, serverReference)}")
        {
            Code = code,
            Disposition = disposition,
            Hint = hint,
            ServerReference = Clean(serverReference),
        };
    }

    public static MqttException PublishRefused(string topic, MqttReasonCode code, string? reasonString) =>
        new(MqttReasons.PublishRefused, $"the broker refuses the message to '{topic}': {Words(code, reasonString, null)}")
        {
            Code = code,
            Subject = topic,
            Disposition = code is MqttReasonCode.NotAuthorized or MqttReasonCode.TopicNameInvalid or MqttReasonCode.PayloadFormatInvalid
                ? Disposition.Stalled
                : Disposition.Transient,
            Hint = code is MqttReasonCode.NotAuthorized ? "Let the broker's access list allow this client to publish there." : null,
        };

    public static MqttException SubscriptionRefused(string filter, MqttReasonCode code, string? reasonString) =>
        new(MqttReasons.SubscriptionRefused, $"the broker refuses the subscription to '{filter}': {Words(code, reasonString, null)}")
        {
            Code = code,
            Subject = filter,
            Disposition = code is MqttReasonCode.QuotaExceeded ? Disposition.Transient : Disposition.Stalled,
            Hint = code is MqttReasonCode.NotAuthorized ? "Let the broker's access list allow this client to read there." : null,
        };

    public static MqttException Invalid(string subject, string message) =>
        new(MqttReasons.MessageInvalid, message) { Subject = subject, Disposition = Disposition.Stalled, ExitCode = ExitCodes.BadInput };

    public static MqttException Unsupported(string subject, MqttReasonCode code, string what) =>
        new(MqttReasons.NotSupportedByBroker, $"the broker does not support {what}, which '{subject}' needs")
        {
            Code = code,
            Subject = subject,
            Disposition = Disposition.Stalled,
        };

    public static MqttException TooLarge(string subject, int size, uint limit) =>
        new(MqttReasons.PacketTooLarge, $"a packet of {size} bytes for '{subject}' is more than the {limit} that the broker takes")
        {
            Code = MqttReasonCode.PacketTooLarge,
            Subject = subject,
            Disposition = Disposition.Stalled,
            Hint = "Raise the broker's max_packet_size, or send less at once.",
        };

    public static MqttException SessionLost(string subject) =>
        new(MqttReasons.SessionLost, $"the broker lost the session before it acknowledged the message to '{subject}'") { Subject = subject };

    public static MqttException Stopped(string? subject) =>
        new(MqttReasons.Stopped, "the client stopped before this was done") { Subject = subject };

    public static MqttException QueueFull(string subject, int capacity) =>
        new(MqttReasons.QueueFull, $"{capacity} messages wait to be sent already") { Subject = subject };

    public static MqttException Offline(string subject) =>
        new(MqttReasons.Offline, "there is no connection to the broker") { Subject = subject };

    /// <summary>A server's text as a log may hold it: short, in one line.</summary>
    private static string? Clean(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var cut = text.Length > LongestServerText ? text[..LongestServerText] : text;
        return string.Create(cut.Length, cut, static (target, source) =>
        {
            for (var index = 0; index < source.Length; index++)
            {
                target[index] = char.IsControl(source[index]) || char.IsSurrogate(source[index]) || source[index] is '\u2028' or '\u2029' ? '?' : source[index];
            }
        });
    }

    private static string Words(MqttReasonCode code, string? reasonString, string? serverReference)
    {
        var said = Clean(reasonString) is { } text ? $", \"{text}\"" : "";
        var other = Clean(serverReference) is { } server ? $", other server \"{server}\"" : "";
        return $"{code} (0x{(int)code:X2}){said}{other}";
    }
}
