using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;
using EdgeSync.Primitives.Tls;

namespace EdgeSync.Oci.Registries;

/// <summary>Turns what went wrong on the wire into <see cref="RegistryException"/>, each kind in one place.</summary>
internal static class RegistryFaults
{
    private const int MaxErrorBody = 64 * 1024;
    private const int MaxDetailLength = 300;

    public static RegistryException Violation(Uri? uri, string what, Exception? cause = null) =>
        new(RegistryReasons.ProtocolViolation, $"{Redactor.Url(uri)}: {what}", cause)
        {
            Subject = Redactor.Url(uri),
            Disposition = Disposition.Stalled,
            Hint = "This is not how an OCI registry answers; check the address, and any proxy on the way.",
        };

    /// <summary>Something answers in the registry's place: a captive portal, a proxy that blocks, or a web site.</summary>
    public static RegistryException NoRegistry(Uri? uri, string what, Exception? cause = null) =>
        new(RegistryReasons.RegistryUnreachable, $"{Redactor.Url(uri)}: no registry answers here, but {what}", cause)
        {
            Subject = Redactor.Url(uri),
            Hint = "Open a web page on this network to see whether it asks for a login first, and check the address and any proxy on the way; it is tried again.",
        };

    /// <summary>Whether an answer is that of a captive portal or of a proxy: status 511, or a web page where no web page can be.</summary>
    public static bool IsOfAnother(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.NetworkAuthenticationRequired
        || ((response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.ProxyAuthenticationRequired) && IsWebPage(response));

    /// <summary>Whether an answer says that it is a web page.</summary>
    public static bool IsWebPage(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType is { } type
        && (type.Equals("text/html", StringComparison.OrdinalIgnoreCase) || type.Equals("application/xhtml+xml", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether bytes begin as HTML or XML does.</summary>
    public static bool IsMarkup(ReadOnlySpan<byte> bytes) => bytes.TrimStart("\uFEFF \t\r\n"u8) is [(byte)'<', ..];

    /// <summary>Names the answer of <see cref="IsOfAnother"/>.</summary>
    public static string Describe(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.OK ? "a web page" : string.Create(CultureInfo.InvariantCulture, $"something that answers {(int)response.StatusCode}");

    public static RegistryException TooLarge(Uri? uri, long limit) =>
        new(RegistryReasons.ContentTooLarge, $"{Redactor.Url(uri)}: the answer has more than {limit} bytes")
        {
            Subject = Redactor.Url(uri),
            Disposition = Disposition.Stalled,
        };

    public static RegistryException NoAnswer(Uri? uri, TimeSpan waited, Exception cause) =>
        new(RegistryReasons.RegistryUnreachable, $"{Redactor.Url(uri)}: no answer within {waited.TotalSeconds:0.#} seconds", cause)
        {
            Subject = Redactor.Url(uri),
            Hint = "Check the link and the registry; it is tried again.",
        };

    public static RegistryException Lost(Uri? uri, Exception cause) =>
        new(RegistryReasons.ConnectionLost, $"{Redactor.Url(uri)}: the connection broke in the middle of the answer", cause)
        {
            Subject = Redactor.Url(uri),
            Hint = "Check the link; it is tried again.",
        };

    public static RegistryException EndedEarly(Descriptor blob, long received) =>
        new(RegistryReasons.ConnectionLost, $"the content {blob.Digest} ended after {received} of {blob.Size} bytes")
        {
            Subject = blob.Digest.ToString(),
        };

    public static RegistryException TooSlow(Uri? uri, string how, Exception? cause = null) =>
        new(RegistryReasons.TransferTooSlow, $"{Redactor.Url(uri)}: {how}", cause)
        {
            Subject = Redactor.Url(uri),
            Hint = "What came is kept, and the rest is asked for again.",
        };

    public static RegistryException FromTransport(Uri? uri, HttpRequestException failure)
    {
        if (failure.HttpRequestError == HttpRequestError.SecureConnectionError || failure.InnerException is AuthenticationException)
        {
            return new RegistryException(RegistryReasons.TlsRejected, $"{Redactor.Url(uri)}: TLS with {uri?.Authority} failed: {DescribeTls(failure)}", failure)
            {
                Subject = Redactor.Url(uri),
                Disposition = Disposition.Stalled,
                Hint = "Check the certificate authority that is configured for this host, its certificate's name and dates, and this "
                    + "machine's clock; a registry without TLS is spoken to with '--plain-http', or 'plainHttp: true' in its entry of the configuration.",
            };
        }

        if (failure.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.InvalidResponse)
        {
            return Violation(uri, "the answer is not HTTP that can be read", failure);
        }

        return new RegistryException(RegistryReasons.RegistryUnreachable, $"{Redactor.Url(uri)}: {DescribeConnection(uri, failure)}", failure)
        {
            Subject = Redactor.Url(uri),
            Hint = "Check the link and the registry; it is tried again.",
        };
    }

    private static string DescribeTls(HttpRequestException failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case ServerCertificateException:
                    return cause.Message;
                case IOException:
                    return "the other side ended the connection, or does not speak TLS";
            }
        }

        return "the other side does not speak TLS here, or refused the handshake (it may want a client certificate)";
    }

    private static string DescribeConnection(Uri? uri, HttpRequestException failure) => (failure.HttpRequestError, failure.InnerException) switch
    {
        (HttpRequestError.NameResolutionError, _) => $"the name '{uri?.Host}' cannot be resolved",
        (HttpRequestError.ProxyTunnelError, _) => "the proxy does not connect to this address",
        (_, SocketException { SocketErrorCode: SocketError.ConnectionRefused }) => "nothing answers at this address (connection refused)",
        (_, SocketException { SocketErrorCode: SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown }) => "there is no route to this address",
        (_, SocketException { SocketErrorCode: SocketError.TimedOut }) => "no connection in time",
        (_, SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData }) => $"the name '{uri?.Host}' cannot be resolved",
        (HttpRequestError.ConnectionError, _) => "no connection to this address",
        _ => "the connection broke before the answer",
    };

    /// <summary>The failure that an answer means, which may be that of another host than was asked. Reads a bounded part of its body for the registry's own words.</summary>
    public static async Task<RegistryException> FromResponseAsync(
        Uri asked, Uri uri, HttpResponseMessage response, bool isPush, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (IsOfAnother(response))
        {
            return NoRegistry(asked, Describe(response) + (uri == asked ? "" : $", at {Redactor.Url(uri)}"));
        }

        var status = (int)response.StatusCode;
        var retryAfter = RetryAfter(response, now);
        var detail = await ReadDetailAsync(response, cancellationToken);
        var (reason, disposition, hint) = Classify(response.StatusCode, isPush);
        return new RegistryException(reason, $"{Redactor.Url(uri)}: the registry answered {status}{detail}")
        {
            StatusCode = status,
            Subject = Redactor.Url(uri),
            Disposition = disposition == Disposition.Transient && retryAfter is not null ? Disposition.Waiting : disposition,
            RetryAfter = retryAfter,
            Hint = hint,
        };
    }

    private static (string Reason, Disposition Disposition, string? Hint) Classify(HttpStatusCode status, bool isPush) => status switch
    {
        HttpStatusCode.Unauthorized => (RegistryReasons.Unauthorized, Disposition.Stalled, "Check the credentials for this registry."),
        HttpStatusCode.Forbidden => (RegistryReasons.Denied, Disposition.Stalled, "The account may not do this; ask who runs the registry."),
        HttpStatusCode.NotFound => (RegistryReasons.NotFound, Disposition.Stalled, "Check the repository's name and that it was pushed."),
        HttpStatusCode.TooManyRequests => (RegistryReasons.RateLimited, Disposition.Transient, "It is tried again later."),
        HttpStatusCode.RequestTimeout => (RegistryReasons.RegistryError, Disposition.Transient, null),
        >= HttpStatusCode.InternalServerError => (RegistryReasons.RegistryError, Disposition.Transient, "It is tried again; see the registry's log."),
        _ when isPush => (RegistryReasons.PushRejected, Disposition.Stalled, "See the registry's words."),
        _ => (RegistryReasons.ProtocolViolation, Disposition.Stalled, "Check the registry's address and whether it speaks TLS."),
    };

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date is { } date ? date - now : null);
        return wait is { } time && time > TimeSpan.Zero ? time : null;
    }

    private static async Task<string> ReadDetailAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var body = await BoundedBody.ReadDocumentAsync(response, MaxErrorBody, cancellationToken);
            var errors = JsonSerializer.Deserialize(body, RegistryJsonContext.Default.ErrorResponse)?.Errors;
            var first = errors is { Count: > 0 } ? errors[0] : null;
            return first is null ? "" : $" ({Clean(first.Code)}: {Clean(first.Message)})";
        }
        catch (Exception failure) when (failure is JsonException or RegistryException or HttpRequestException or IOException)
        {
            return "";
        }
    }

    // The other side's words end up in logs and on terminals: no control characters, bounded.
    public static string Clean(string? text, int limit = MaxDetailLength) =>
        string.Concat((text ?? "")
            .Take(limit)
            .Select(c => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.Surrogate ? '?' : c));
}
