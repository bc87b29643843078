using System.Net.Sockets;
using EdgeSync.Primitives.Failures;
using MQTTnet.Exceptions;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeSync.Mqtt;

/// <summary>Turns reason codes and broken rules into failures.</summary>
internal static class MqttFailures
{
    private const int LongestServerText = 200;
    private const string TryAgain = "Check the link, the name and the port; the client tries again by itself.";
    private const string OtherServer = "Configure the other server if you trust it; the client does not follow by itself.";

    /// <summary>What an exception of MQTTnet or the socket means, or null where it is a fault of this program.</summary>
    public static MqttException? From(Exception failure) => Cause(failure) switch
    {
        MqttException known => known,
        IOException or SocketException or ObjectDisposedException or OperationCanceledException => Lost(failure.Message, failure),
        MqttCommunicationException => Lost(failure.Message, failure),

        // MQTTnet passes on whatever its decoder throws on a malformed packet.
        var cause when cause is MqttProtocolViolationException || failure is MqttCommunicationException =>
            Violation(MqttDisconnectReasonCode.MalformedPacket, "a packet that cannot be read", failure),
        _ => null,
    };

    /// <summary>The exception that MQTTnet wrapped, once or (where it did not wait) twice.</summary>
    public static Exception Cause(Exception failure) => failure is MqttCommunicationException or AggregateException && failure.InnerException is { } inner ? Cause(inner) : failure;

    public static MqttException Violation(MqttDisconnectReasonCode code, string what, Exception? cause = null) =>
        new(MqttReasons.ProtocolViolation, $"the broker sent {what} ({code})", cause)
        {
            Code = (int)code,
            Hint = "The broker does not keep to MQTT 5.0, or something between changes its packets. Check its version.",
        };

    public static MqttException Lost(string why, Exception? cause = null) =>
        new(MqttReasons.ConnectionLost, $"the connection to the broker is lost: {why}", cause);

    /// <summary>Some brokers (mosquitto 2.0 among them) close without DISCONNECT when another client takes over the session.</summary>
    public static MqttException Closed() => new(MqttReasons.ConnectionLost, "the broker closed the connection without a reason")
    {
        Hint = "If this comes again and again, look in the broker's log: another client may use the same client identifier.",
    };

    public static MqttException Silent(string why) => new(MqttReasons.BrokerSilent, $"the broker no longer answers: {why}")
    {
        Hint = "Check the link; the client connects again by itself.",
    };

    public static MqttException Unreachable(Exception failure, MqttSessionOptions options) =>
        new(MqttReasons.BrokerUnreachable, $"cannot reach the broker {Address(options)}: {failure.Message}", failure) { Subject = Address(options), Hint = TryAgain };

    public static MqttException TimedOut(MqttSessionOptions options) =>
        new(MqttReasons.ConnectTimeout, $"the broker {Address(options)} did not answer within {options.ConnectTimeout.TotalSeconds:0.#} s")
        {
            Subject = Address(options),
            Hint = TryAgain,
        };

    /// <param name="fault">What this side found wrong with the broker's certificate, or null where TLS failed otherwise.</param>
    /// <param name="failure">What TLS threw.</param>
    /// <param name="options">Names the broker.</param>
    public static MqttException TlsRejected(string? fault, Exception failure, MqttSessionOptions options) => new(
        MqttReasons.TlsRejected,
        fault is null
            ? $"no TLS connection to the broker {Address(options)}: {failure.InnerException?.Message ?? failure.Message}"
            : $"the certificate of the broker {Address(options)} is refused: {fault}",
        failure)
    {
        Subject = Address(options),
        Disposition = fault is null ? Disposition.Transient : Disposition.Stalled,
        Hint = "Check the certification authorities and certificates of both sides, the server name, and this host's clock.",
    };

    public static MqttException Refused(MqttConnAckPacket answer)
    {
        var (reason, disposition, hint) = answer.ReasonCode switch
        {
            MqttConnectReasonCode.NotAuthorized or MqttConnectReasonCode.BadUserNameOrPassword or MqttConnectReasonCode.ClientIdentifierNotValid
                or MqttConnectReasonCode.Banned or MqttConnectReasonCode.BadAuthenticationMethod =>
                (MqttReasons.NotAuthorized, Disposition.Stalled, "Check the client certificate and client identifier at the broker."),
            MqttConnectReasonCode.ServerUnavailable or MqttConnectReasonCode.ServerBusy or MqttConnectReasonCode.ConnectionRateExceeded
                or MqttConnectReasonCode.QuotaExceeded =>
                (MqttReasons.BrokerBusy, Disposition.Transient, null),
            MqttConnectReasonCode.UseAnotherServer or MqttConnectReasonCode.ServerMoved => (MqttReasons.BrokerMoved, Disposition.Stalled, OtherServer),
            MqttConnectReasonCode.UnsupportedProtocolVersion =>
                (MqttReasons.ConnectRefused, Disposition.Stalled, "Use a broker that speaks MQTT 5.0."),
            _ => (MqttReasons.ConnectRefused, Disposition.Transient, (string?)null),
        };
        return new MqttException(reason, $"the broker refuses the connection: {Describe(answer.ReasonCode, answer.ReasonString, answer.ServerReference)}")
        {
            Code = (int)answer.ReasonCode,
            Disposition = disposition,
            Hint = hint,
        };
    }

    public static MqttException Disconnected(MqttDisconnectPacket packet)
    {
        var (reason, disposition, hint) = packet.ReasonCode switch
        {
            MqttDisconnectReasonCode.SessionTakenOver =>
                (MqttReasons.SessionTakenOver, Disposition.Stalled, "Two clients use one client identifier. Find the other one and give it its own."),
            MqttDisconnectReasonCode.NotAuthorized => (MqttReasons.NotAuthorized, Disposition.Stalled, "Check what the broker allows this client."),
            MqttDisconnectReasonCode.UseAnotherServer or MqttDisconnectReasonCode.ServerMoved => (MqttReasons.BrokerMoved, Disposition.Stalled, OtherServer),
            _ => (MqttReasons.DisconnectedByBroker, Disposition.Transient, (string?)null),
        };
        return new MqttException(reason, $"the broker closed the connection: {Describe(packet.ReasonCode, packet.ReasonString, packet.ServerReference)}")
        {
            Code = (int)packet.ReasonCode,
            Disposition = disposition,
            Hint = hint,
        };
    }

    public static MqttException PublishRefused(string topic, MqttPubAckPacket answer) =>
        new(MqttReasons.PublishRefused, $"the broker refuses the message to '{topic}': {Describe(answer.ReasonCode, answer.ReasonString)}")
        {
            Code = (int)answer.ReasonCode,
            Subject = topic,
            Disposition = answer.ReasonCode is MqttPubAckReasonCode.NotAuthorized or MqttPubAckReasonCode.TopicNameInvalid or MqttPubAckReasonCode.PayloadFormatInvalid
                ? Disposition.Stalled
                : Disposition.Transient,
            Hint = answer.ReasonCode is MqttPubAckReasonCode.NotAuthorized ? "Let the broker's access list allow this client to publish there." : null,
        };

    public static MqttException SubscriptionRefused(string filter, MqttSubscribeReasonCode code, string? reasonString) =>
        new(MqttReasons.SubscriptionRefused, $"the broker refuses the subscription to '{filter}': {Describe(code, reasonString)}")
        {
            Code = (int)code,
            Subject = filter,
            Disposition = code is MqttSubscribeReasonCode.QuotaExceeded ? Disposition.Transient : Disposition.Stalled,
            Hint = code is MqttSubscribeReasonCode.NotAuthorized ? "Let the broker's access list allow this client to read there." : null,
        };

    public static MqttException Invalid(string topic, Exception cause) =>
        new(MqttReasons.MessageInvalid, $"the message to '{topic}' cannot be sent: {cause.Message}", cause)
        {
            Subject = topic,
            Disposition = Disposition.Stalled,
            ExitCode = ExitCodes.BadInput,
        };

    public static MqttException Unsupported(string subject, MqttDisconnectReasonCode code, string what) =>
        new(MqttReasons.NotSupportedByBroker, $"the broker does not support {what}, which '{subject}' needs")
        {
            Code = (int)code,
            Subject = subject,
            Disposition = Disposition.Stalled,
        };

    public static MqttException TooLarge(string topic, int size, uint limit) =>
        new(MqttReasons.PacketTooLarge, $"a packet of {size} bytes for '{topic}' is larger than the {limit} that the broker takes")
        {
            Code = (int)MqttDisconnectReasonCode.PacketTooLarge,
            Subject = topic,
            Disposition = Disposition.Stalled,
            Hint = "Raise the broker's max_packet_size, or send less at once.",
        };

    public static MqttException Expired(string topic) =>
        new(MqttReasons.MessageExpired, $"the message to '{topic}' expired before it could be sent") { Subject = topic };

    public static MqttException SessionLost(string topic) =>
        new(MqttReasons.SessionLost, $"the broker lost the session before it acknowledged the message to '{topic}'") { Subject = topic };

    public static MqttException Stopped(string topic) =>
        new(MqttReasons.Stopped, "the session ended before this was done") { Subject = topic };

    public static MqttException QueueFull(string topic, int capacity) =>
        new(MqttReasons.QueueFull, $"{capacity} messages wait to be sent already") { Subject = topic };

    public static MqttException Offline(string topic) =>
        new(MqttReasons.Offline, "there is no connection to the broker") { Subject = topic };

    private static string Address(MqttSessionOptions options) => $"{options.Host}:{options.Port}";

    private static string Describe(Enum code, string? reasonString, string? serverReference = null)
    {
        var reason = string.IsNullOrEmpty(reasonString) ? "" : $", \"{OneLine(reasonString)}\"";
        var server = string.IsNullOrEmpty(serverReference) ? "" : $", other server \"{OneLine(serverReference)}\"";
        return $"{code} (0x{Convert.ToInt32(code, System.Globalization.CultureInfo.InvariantCulture):X2}){reason}{server}";
    }

    /// <summary>The broker's text for a log: short, and in one line.</summary>
    private static string OneLine(string text) => string.Concat(text.Take(LongestServerText).Select(
        c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' ? '?' : c));
}
