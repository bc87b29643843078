using System.Globalization;
using System.Net.Sockets;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;
using EdgeSync.Primitives.Tls;
using MQTTnet.Exceptions;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeSync.Mqtt;

/// <summary>Turns reason codes, broken rules and exceptions into failures, in words of this project.</summary>
internal static class MqttFailures
{
    private const int LongestServerText = 200;
    private const string TryAgain = "Check the link, the name and the port; the client tries again by itself.";

    // What a TLS peer says when it refuses (RFC 8446, section 6.2), as OpenSSL spells it.
    private static readonly string[] Alerts =
    [
        "certificate required", "certificate expired", "certificate revoked", "certificate unknown", "bad certificate", "unsupported certificate",
        "unknown ca", "access denied", "handshake failure", "protocol version", "insufficient security", "unrecognized name", "decrypt error",
    ];

    /// <summary>What an exception of the connection means, or null where it is a fault of this program.</summary>
    public static MqttException? From(Exception failure) => failure switch
    {
        MqttException known => known,
        EndOfStreamException => Lost("it ended in the middle of a packet", failure),
        IOException { InnerException: SocketException socket } => Lost(FaultText.Describe(socket), failure),
        SocketException socket => Lost(FaultText.Describe(socket), failure),
        MqttProtocolViolationException => Violation(MqttDisconnectReasonCode.ProtocolError, "a message whose topic is empty or has a wildcard", failure),
        IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException => Lost("it was closed", failure),
        _ => null,
    };

    public static MqttException Violation(MqttDisconnectReasonCode code, string what, Exception? cause = null) =>
        new(MqttReasons.ProtocolViolation, $"the broker sent {what} ({code})", cause)
        {
            Code = (int)code,
            Hint = "The broker does not keep to MQTT 5.0, or something between changes its packets. Check its version.",
        };

    public static MqttException Unexpected(MqttPacket packet) =>
        Violation(MqttDisconnectReasonCode.ProtocolError, $"a {packet.GetType().Name[4..^6].ToUpperInvariant()} that does not belong there");

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

    public static MqttException Unreachable(SocketException failure, MqttSessionOptions options) =>
        new(MqttReasons.BrokerUnreachable, $"cannot reach the broker {Address(options)}: {FaultText.Describe(failure)}", failure)
        {
            Subject = Address(options),
            Hint = TryAgain,
        };

    public static MqttException TimedOut(MqttSessionOptions options) =>
        new(MqttReasons.ConnectTimeout, $"the broker {Address(options)} did not answer within {options.ConnectTimeout.TotalSeconds:0.#} s")
        {
            Subject = Address(options),
            Hint = TryAgain,
        };

    public static MqttException TlsRejected(Exception failure, MqttSessionOptions options) => new(
        MqttReasons.TlsRejected,
        failure is ServerCertificateException
            ? $"the certificate of the broker {Address(options)} is refused: {failure.Message}"
            : $"no TLS connection to the broker {Address(options)}: {DescribeTls(failure)}",
        failure)
    {
        Subject = Address(options),
        Disposition = failure is ServerCertificateException ? Disposition.Stalled : Disposition.Transient,
        Hint = "Check the certification authorities and certificates of both sides, the server name, and this host's clock.",
    };

    public static MqttException FilesUnusable(string path, Exception failure) =>
        new(MqttReasons.TlsFilesUnusable, $"cannot use the certificate or key in '{path}': {DescribeFile(path, failure)}", failure)
        {
            Subject = path,
            Disposition = Disposition.Stalled,
            ExitCode = ExitCodes.BadConfiguration,
            Hint = "Put a PEM file there that this user may read; it is read again at the next try.",
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
            MqttConnectReasonCode.UnsupportedProtocolVersion =>
                (MqttReasons.ConnectRefused, Disposition.Stalled, "Use a broker that speaks MQTT 5.0."),
            _ => (MqttReasons.ConnectRefused, Disposition.Transient, (string?)null),
        };
        return Ended("the broker refuses the connection", answer.ReasonCode, answer.ReasonString, answer.ServerReference, reason, disposition, hint);
    }

    public static MqttException Disconnected(MqttDisconnectPacket packet)
    {
        var (reason, disposition, hint) = packet.ReasonCode switch
        {
            MqttDisconnectReasonCode.SessionTakenOver =>
                (MqttReasons.SessionTakenOver, Disposition.Stalled, "Two clients use one client identifier. Find the other one and give it its own."),
            MqttDisconnectReasonCode.NotAuthorized => (MqttReasons.NotAuthorized, Disposition.Stalled, "Check what the broker allows this client."),
            _ => (MqttReasons.DisconnectedByBroker, Disposition.Transient, (string?)null),
        };
        return Ended("the broker closed the connection", packet.ReasonCode, packet.ReasonString, packet.ServerReference, reason, disposition, hint);
    }

    public static MqttException PublishRefused(string topic, MqttPubAckPacket answer) => Denied(
        MqttReasons.PublishRefused,
        topic,
        $"the broker refuses the message to '{topic}': {Describe(answer.ReasonCode, answer.ReasonString)}",
        (int)answer.ReasonCode,
        answer.ReasonCode is MqttPubAckReasonCode.NotAuthorized or MqttPubAckReasonCode.TopicNameInvalid or MqttPubAckReasonCode.PayloadFormatInvalid,
        answer.ReasonCode is MqttPubAckReasonCode.NotAuthorized ? "Let the broker's access list allow this client to publish there." : null);

    /// <summary>The broker closed the connection each time it got a message to this topic.</summary>
    public static MqttException ClosedFor(string topic, MqttException end) => Denied(
        MqttReasons.PublishRefused,
        topic,
        $"the broker refuses each message to '{topic}' by ending the connection or not answering, so the client sends none there for some time; the last time: {end.Message}",
        end.Code,
        isStalled: true,
        "Let the broker's access list allow this client to publish there.");

    public static MqttException SubscriptionRefused(string filter, MqttSubscribeReasonCode code, string? reasonString) => Denied(
        MqttReasons.SubscriptionRefused,
        filter,
        $"the broker refuses the subscription to '{filter}': {Describe(code, reasonString)}",
        (int)code,
        code is not MqttSubscribeReasonCode.QuotaExceeded,
        code is MqttSubscribeReasonCode.NotAuthorized ? "Let the broker's access list allow this client to read there." : null);

    /// <summary>The broker closed the connection each time it was asked for this filter.</summary>
    public static MqttException ClosedForFilter(string filter, MqttException end) => Denied(
        MqttReasons.SubscriptionRefused,
        filter,
        $"the broker refuses each subscription to '{filter}' by ending the connection or not answering, so the client leaves it out for some time; the last time: {end.Message}",
        end.Code,
        isStalled: true,
        "Let the broker's access list allow this client to read there.");

    public static MqttException Invalid(string topic, Exception cause) =>
        new(MqttReasons.MessageInvalid, $"the message to '{topic}' cannot be sent: the topic is empty or has a wildcard, or a text in it is too long for MQTT", cause)
        {
            Subject = topic,
            Disposition = Disposition.Stalled,
            ExitCode = ExitCodes.BadInput,
        };

    public static MqttException Unsupported(string subject, MqttDisconnectReasonCode code, string what) =>
        Denied(MqttReasons.NotSupportedByBroker, subject, $"the broker does not support {what}, which {(subject.Length > 0 ? $"'{subject}'" : "each message of this client")} needs", (int)code, isStalled: true, $"Turn on {what} in the broker's configuration.");

    public static MqttException TooLarge(string topic, int size, uint limit) => Denied(
        MqttReasons.PacketTooLarge,
        topic,
        $"a packet of {size} bytes for '{topic}' is larger than the {limit} that the broker takes",
        (int)MqttDisconnectReasonCode.PacketTooLarge,
        isStalled: true,
        "Raise the broker's limit (max_packet_size of mosquitto).");

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

    private static MqttException Denied(string reason, string subject, string message, int? code, bool isStalled, string? hint) => new(reason, message)
    {
        Code = code,
        Subject = subject,
        Disposition = isStalled ? Disposition.Stalled : Disposition.Transient,
        Hint = hint,
    };

    private static MqttException Ended(string what, Enum code, string? text, string? server, string reason, Disposition disposition, string? hint)
    {
        var number = Convert.ToInt32(code, CultureInfo.InvariantCulture);
        var isMoved = number is (int)MqttDisconnectReasonCode.UseAnotherServer or (int)MqttDisconnectReasonCode.ServerMoved;
        var other = string.IsNullOrEmpty(server) ? "" : $", other server \"{OneLine(server)}\"";
        return new MqttException(isMoved ? MqttReasons.BrokerMoved : reason, $"{what}: {Describe(code, text)}{other}")
        {
            Code = number,
            Disposition = isMoved ? Disposition.Stalled : disposition,
            Hint = isMoved ? "Configure the other server if you trust it; the client does not follow by itself." : hint,
        };
    }

    private static string Address(MqttSessionOptions options) => $"{options.Host}:{options.Port}";

    private static string DescribeFile(string path, Exception failure) => failure switch
    {
        StorageException => FileFaults.Describe(path, failure.InnerException ?? failure),
        EdgeSyncException or FormatException => failure.Message,
        IOException or UnauthorizedAccessException => FileFaults.Describe(path, failure),
        _ => "it holds no PEM, or the private key is encrypted or not the certificate's",
    };

    private static string DescribeTls(Exception failure)
    {
        var text = $"{failure.Message} {failure.InnerException?.Message} {failure.InnerException?.InnerException?.Message}";
        return Array.Find(Alerts, alert => text.Contains(alert, StringComparison.OrdinalIgnoreCase)) is { } alert
            ? $"the broker says '{alert}'"
            : "the broker closed it or does not speak TLS on this port";
    }

    private static string Describe(Enum code, string? text) =>
        $"{code} (0x{Convert.ToInt32(code, CultureInfo.InvariantCulture):X2}){(string.IsNullOrEmpty(text) ? "" : $", \"{OneLine(text)}\"")}";

    /// <summary>The broker's text for a log: short, and in one line.</summary>
    private static string OneLine(string text) => string.Concat(text.Take(LongestServerText).Select(
        c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' ? '?' : c));
}
