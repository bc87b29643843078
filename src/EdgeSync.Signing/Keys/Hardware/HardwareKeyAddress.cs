using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EdgeSync.Signing.Keys.Hardware;

/// <summary>
/// The place of a private key that is not in a file: <c>tpm2:handle:0x81000100</c>, a persistent key of the machine's TPM, or a <c>pkcs11:</c> URI
/// (RFC 7512) of a key in a token. It contains no secret: the URI names a file with the PIN.
/// </summary>
public sealed record HardwareKeyAddress
{
    private const int MaxLength = 1024;
    private const string TpmScheme = "tpm2:";
    private const string TpmHandle = "handle:0x";
    private const string TokenScheme = "pkcs11:";
    private const string PinSource = "pin-source";

    // TPM 2.0 Library, Part 2, 7.4: the range of persistent objects.
    private const uint FirstPersistent = 0x81000000;
    private const uint LastPersistent = 0x81FFFFFF;
    private static readonly string[] TokenAttributes = ["token", "manufacturer", "model", "serial", "object", "id", "type"];

    private readonly string _text;

    private HardwareKeyAddress(string text, string provider, string privateUri)
    {
        _text = text;
        Provider = provider;
        PrivateUri = privateUri;
    }

    /// <summary>The OpenSSL provider that reaches the key: <c>tpm2</c> or <c>pkcs11</c>.</summary>
    public string Provider { get; }

    /// <summary>The file with the token's PIN; null for a TPM.</summary>
    public string? PinFile { get; private init; }

    /// <summary>Whether the key is in a TPM, and not in a token.</summary>
    public bool IsTpm => PinFile is null;

    /// <summary>The private key's URI for the provider.</summary>
    internal string PrivateUri { get; }

    /// <summary>The URI of the token's public key, which is visible without the PIN; null for a TPM.</summary>
    internal string? PublicUri { get; private init; }

    /// <summary>Reads an address; false with the problem, in a text that never repeats a PIN.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out HardwareKeyAddress? address, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        address = null;
        problem = text.Length > MaxLength
            ? "is too long"
            : text.AsSpan().ContainsAnyExceptInRange('!', '~') || text.AsSpan().ContainsAny('\'', '"', '\\')
                ? "holds a character that a URI has not; write it as %XX"
                : text.StartsWith(TpmScheme, StringComparison.Ordinal)
                    ? ReadTpm(text, out address)
                    : text.StartsWith(TokenScheme, StringComparison.Ordinal)
                        ? ReadToken(text, out address)
                        : "is no key in hardware; write tpm2:handle:0x81000100 or pkcs11:token=NAME;object=NAME?pin-source=file:/PATH";
        return problem is null && address is not null;
    }

    /// <summary>The address as it was written.</summary>
    public override string ToString() => _text;

    private static string? ReadTpm(string text, out HardwareKeyAddress? address)
    {
        var uri = text[TpmScheme.Length..];
        address = null;
        if (!uri.StartsWith(TpmHandle, StringComparison.Ordinal)
            || !uint.TryParse(uri.AsSpan(TpmHandle.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var handle)
            || handle is < FirstPersistent or > LastPersistent)
        {
            return "names no persistent key of a TPM; write tpm2:handle:0x81000100, with the handle that tpm2_evictcontrol gave";
        }

        address = new HardwareKeyAddress(text, "tpm2", uri);
        return null;
    }

    private static string? ReadToken(string text, out HardwareKeyAddress? address)
    {
        address = null;
        var (path, query) = Cut(text[TokenScheme.Length..], '?');
        var names = new HashSet<string>(StringComparer.Ordinal);
        var kept = new List<string>();
        foreach (var attribute in path.Split(';'))
        {
            var (name, value) = Cut(attribute, '=');
            if (!TokenAttributes.Contains(name, StringComparer.Ordinal) || value.Length == 0)
            {
                return $"has an attribute that does not choose a key; the attributes are {string.Join(", ", TokenAttributes)}, parted by ';'";
            }

            if (!names.Add(name))
            {
                return $"has {name} twice";
            }

            if (name != "type")
            {
                kept.Add(attribute);
            }
            else if (value != "private")
            {
                return "has a type other than private, which is what signs";
            }
        }

        if (!names.Contains("object") && !names.Contains("id"))
        {
            return "names no key; add object=NAME or id=%01";
        }

        if (ReadPinFile(query, out var pinFile) is { } problem)
        {
            return problem;
        }

        var key = TokenScheme + string.Join(';', kept);
        address = new HardwareKeyAddress(text, "pkcs11", $"{key};type=private?{PinSource}=file:{pinFile}") { PublicUri = $"{key};type=public", PinFile = pinFile };
        return null;
    }

    private static string? ReadPinFile(string query, out string file)
    {
        file = "";
        var (name, value) = Cut(query, '=');
        if (query.Contains("pin-value", StringComparison.Ordinal))
        {
            return "holds the PIN itself, which others can read here; write it into a file and name that with ?pin-source=file:/PATH";
        }

        if (name != PinSource || value.Contains('&', StringComparison.Ordinal))
        {
            return "has to end with ?pin-source=file:/PATH, the file with the token's PIN, and with nothing else behind the '?'";
        }

        file = value.StartsWith("file:", StringComparison.Ordinal) ? value["file:".Length..] : value;
        return file.StartsWith('/') && !file.StartsWith("//", StringComparison.Ordinal) && !file.Contains('%', StringComparison.Ordinal)
            ? null
            : "has a pin-source that is no plain absolute path; write pin-source=file:/PATH";
    }

    private static (string Before, string After) Cut(string text, char at) =>
        text.IndexOf(at, StringComparison.Ordinal) is >= 0 and var place ? (text[..place], text[(place + 1)..]) : (text, "");
}
