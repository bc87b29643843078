using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text.Json;
using EdgeSync.Primitives.Text;
using EdgeSync.Primitives.Tls;

namespace EdgeSync.Primitives.Failures;

/// <summary>
/// What an exception of a library means, in words for a person: these exceptions name types of .NET and functions of OpenSSL. Exceptions whose message is plain, such
/// as those of files, keep it.
/// </summary>
public static class FaultText
{
    /// <summary>One sentence without a full stop.</summary>
    public static string Describe(Exception failure) => failure switch
    {
        JsonException json => DescribeJson(json),
        CryptographicException own when IsPlain(own.Message) => own.Message,
        CryptographicException => "it is not a certificate or key that can be read",
        ServerCertificateException or { InnerException: ServerCertificateException } => ((failure as ServerCertificateException) ?? failure.InnerException!).Message,
        AuthenticationException or HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "the TLS connection cannot be made",
        SocketException socket => DescribeSocket(socket.SocketErrorCode),
        { InnerException: SocketException socket } => DescribeSocket(socket.SocketErrorCode),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its name is not known to the name server",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "the connection was closed before the answer was complete",
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => "the answer is not HTTP",
        HttpRequestException { InnerException: IOException } => "the connection broke",
        { Message: var message } => message.Split('\n', 2)[0].TrimEnd('.', '\r'),
    };

    /// <summary>The same of JSON, after what it is of: "X is not valid JSON (line 1, column 2)", or "X is not valid JSON: 'a' is missing".</summary>
    public static string DescribeJson(string subject, JsonException failure) =>
        $"{subject} is not valid JSON{(IsNoJson(failure) ? PlaceOf(failure) : $": {DescribeJson(failure)}")}";

    private static string DescribeJson(JsonException failure)
    {
        if (failure is JsonFault)
        {
            return failure.Path is { Length: > 1 } at ? $"{failure.Message} (at {Clean(at)})" : failure.Message;
        }

        var what = IsNoJson(failure) ? "it is not valid JSON"
            : failure.Path is "$" ? "a member is missing, unknown, twice, null or of another type"
            : $"{Clean(failure.Path!)} is null, unknown, of another type, or lacks a member";
        return what + PlaceOf(failure);
    }

    // The text itself is broken; otherwise it is JSON that does not fit.
    private static bool IsNoJson(JsonException failure) => failure is not JsonFault && (failure.Path is null || failure.InnerException is JsonException);

    private static string PlaceOf(JsonException failure) =>
        failure.LineNumber is { } line ? $" (line {line + 1}, column {failure.BytePositionInLine + 1})" : "";

    private static string DescribeSocket(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "the connection was refused: nothing listens there",
        SocketError.HostNotFound or SocketError.NoData => "its name is not known to the name server",
        SocketError.TryAgain => "the name server does not answer",
        SocketError.TimedOut => "nothing answered in time",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.HostDown => "there is no route to it",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => "the connection was closed from the other side",
        SocketError.AddressAlreadyInUse => "the address is already in use",
        SocketError.AddressNotAvailable => "the address is not one of this machine",
        SocketError.AccessDenied => "it is not permitted",
        _ => $"the connection failed ({error})",
    };

    private static bool IsPlain(string message) => message.Length > 0 && char.IsLower(message[0]) && !message.StartsWith("error:", StringComparison.Ordinal);

    // '$.a.b' and "$['a b']" as people write a key.
    private static string Clean(string path) => path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path.TrimStart('$');
}
