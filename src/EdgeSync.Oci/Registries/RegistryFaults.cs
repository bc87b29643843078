using System.Globalization;
using System.Net;
using System.Security.Authentication;
using System.Text.Json;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;

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
        new(RegistryReasons.ConnectionLost, $"{Redactor.Url(uri)}: the connection broke in the middle: {cause.Message}", cause)
        {
            Subject = Redactor.Url(uri),
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
            var cause = failure.InnerException ?? failure;
            return new RegistryException(RegistryReasons.TlsRejected, $"{Redactor.Url(uri)}: TLS failed: {cause.Message}", failure)
            {
                Subject = Redactor.Url(uri),
                Disposition = Disposition.Stalled,
                Hint = "Check the certificate authority that is configured for this registry, its certificate's name and dates, and this "
                    + "machine's clock; a registry without TLS is spoken to with '--plain-http', or 'plainHttp: true' in its entry of the configuration.",
            };
        }

        if (failure.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.InvalidResponse)
        {
            return Violation(uri, $"the answer is not HTTP that can be read: {failure.Message}", failure);
        }

        return new RegistryException(
            RegistryReasons.RegistryUnreachable, $"{Redactor.Url(uri)}: {(failure.InnerException ?? failure).Message}", failure)
        {
            Subject = Redactor.Url(uri),
            Hint = "Check the link and the registry; it is tried again.",
        };
    }

    /// <summary>The failure that an answer means. Reads a bounded part of its body for the registry's own words.</summary>
    public static async Task<RegistryException> FromResponseAsync(
        Uri uri, HttpResponseMessage response, bool isPush, DateTimeOffset now, CancellationToken cancellationToken)
    {
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
            var body = await BoundedBody.ReadAsync(response, MaxErrorBody, cancellationToken);
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
    private static string Clean(string? text) =>
        string.Concat((text ?? "")
            .Take(MaxDetailLength)
            .Select(c => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.Surrogate ? '?' : c));
}
