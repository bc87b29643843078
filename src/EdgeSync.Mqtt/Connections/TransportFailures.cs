using System.Net.Sockets;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Mqtt.Connections;

/// <summary>What a failed transport means while a connection is made.</summary>
internal static class TransportFailures
{
    public static MqttException Unreachable(SocketException failure, MqttClientOptions options) => new(
        MqttReasons.BrokerUnreachable, $"cannot reach the broker {Address(options)}: {failure.Message}", failure)
    {
        Subject = Address(options),
        Hint = "Check the link, the name and the port; the client tries again by itself.",
    };

    public static MqttException TimedOut(MqttClientOptions options) => new(
        MqttReasons.ConnectTimeout, $"the broker {Address(options)} did not answer within {options.ConnectTimeout.TotalSeconds:0.#} s")
    {
        Subject = Address(options),
        Hint = "Check the link; the client tries again by itself.",
    };

    /// <param name="fault">What this side found wrong with the broker's certificate, or null where TLS failed otherwise.</param>
    /// <param name="failure">What TLS threw.</param>
    /// <param name="options">Where to.</param>
    public static MqttException TlsRejected(string? fault, Exception failure, MqttClientOptions options) => new(
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

    /// <summary>With TLS 1.3 the broker's "no" to the client's certificate comes only when the client first reads.</summary>
    public static MqttException WhileConnecting(Exception failure, MqttClientOptions options) =>
        options.Tls is not null && failure is IOException { InnerException: not (null or SocketException) }
            ? TlsRejected(null, failure, options)
            : MqttFailures.Lost($"{failure.Message} while connecting", failure);

    private static string Address(MqttClientOptions options) => $"{options.Host}:{options.Port}";
}
