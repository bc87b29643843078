using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Api;

/// <summary>Reads the <c>ExecCredential</c> that a credential plugin writes.</summary>
internal static class ExecCredential
{
    /// <summary>
    /// The credential in this JSON. Throws <see cref="FormatException"/> that says what is wrong and quotes nothing of the output, which
    /// may hold secrets.
    /// </summary>
    public static ApiCredential Parse(byte[] json, string apiVersion)
    {
        var root = ParseJson(json);
        if (root.Text("kind") != "ExecCredential" || root.Text("apiVersion") != apiVersion)
        {
            throw new FormatException($"it is not an ExecCredential of {apiVersion}");
        }

        var status = root["status"] as JsonObject ?? throw new FormatException("it has no status");
        var token = status.Text("token");
        if (token is not null && (token.Length == 0 || token.Any(letter => letter is <= ' ' or > '~')))
        {
            throw new FormatException("status.token is empty or has characters that a token cannot have");
        }

        var certificate = ReadCertificate(status.Text("clientCertificateData"), status.Text("clientKeyData"));
        return token is null && certificate is null
            ? throw new FormatException("status has neither a token nor a client certificate")
            : new ApiCredential(token, certificate, ReadTime(status.Text("expirationTimestamp")));
    }

    private static JsonObject ParseJson(byte[] json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw new FormatException("it is not a JSON object");
        }
        catch (JsonException)
        {
            throw new FormatException("it is not JSON");
        }
    }

    private static X509Certificate2Collection? ReadCertificate(string? certificate, string? key)
    {
        if (certificate is null && key is null)
        {
            return null;
        }

        if (certificate is null || key is null)
        {
            throw new FormatException("status.clientCertificateData and status.clientKeyData come only together");
        }

        try
        {
            return ApiCredential.ReadCertificate(certificate, key);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new FormatException("the client certificate cannot be read, or its key does not belong to it", failure);
        }
    }

    private static DateTimeOffset? ReadTime(string? text) =>
        text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new FormatException("status.expirationTimestamp is not a time");
}
