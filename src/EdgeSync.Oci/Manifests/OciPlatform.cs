using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeSync.Oci.Manifests;

/// <summary>What an image runs on, as an index says it (OCI image specification, "platform").</summary>
public sealed record OciPlatform
{
    /// <summary>Operating system, <c>linux</c>; empty where an index does not say it.</summary>
    [AllowNull]
    public string Os { get; init => field = value ?? ""; } = "";

    /// <summary>Processor architecture by Go's name, <c>amd64</c>, <c>arm64</c>; empty where an index does not say it.</summary>
    [AllowNull]
    public string Architecture { get; init => field = value ?? ""; } = "";

    /// <summary>Architecture variant, <c>v7</c>, or null.</summary>
    public string? Variant { get; init; }

    /// <summary>Version of the operating system, where the image needs one.</summary>
    [JsonPropertyName("os.version")]
    public string? OsVersion { get; init; }

    /// <summary>What the image needs of the operating system.</summary>
    [JsonPropertyName("os.features")]
    public IReadOnlyList<string>? OsFeatures { get; init; }

    /// <summary>Whether it says both operating system and architecture; one that does not says nothing.</summary>
    [JsonIgnore]
    public bool IsComplete => Os.Length > 0 && Architecture.Length > 0;

    /// <summary>Whether it is for nothing that runs: the platform of attestations and other attachments (<c>unknown/unknown</c>).</summary>
    [JsonIgnore]
    public bool IsUnknown => Os == "unknown" || Architecture == "unknown";

    /// <summary>The platform of the machine that this runs on.</summary>
    public static OciPlatform Current => new()
    {
        Os = "linux",
        Architecture = RuntimeInformation.OSArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.X64 => "amd64",
            System.Runtime.InteropServices.Architecture.X86 => "386",
            System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
            System.Runtime.InteropServices.Architecture.Arm or System.Runtime.InteropServices.Architecture.Armv6 => "arm",
            System.Runtime.InteropServices.Architecture.Ppc64le => "ppc64le",
            var other => other.ToString().ToLowerInvariant(),
        },
        Variant = RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Armv6 ? "v6" : null,
    };

    /// <summary>Reads <c>os/architecture[/variant]</c>. Throws <see cref="FormatException"/> for anything else.</summary>
    public static OciPlatform Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('/');
        return parts.Length is 2 or 3 && parts.All(IsWord)
            ? new OciPlatform { Os = parts[0], Architecture = parts[1], Variant = parts.Length == 3 ? parts[2] : null }.Normalize()
            : throw new FormatException($"'{text}' is not a platform: write it as linux/amd64 or linux/arm/v7");
    }

    /// <summary>The platform in an image's configuration, or null for what is no image's configuration.</summary>
    public static OciPlatform? FromConfiguration(ReadOnlySpan<byte> configuration)
    {
        try
        {
            var reader = new Utf8JsonReader(configuration);
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root && Text(root, "os") is { } os && Text(root, "architecture") is { } architecture
                ? new OciPlatform { Os = os, Architecture = architecture, Variant = Text(root, "variant") }.Normalize()
                : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // An artifact with another kind of configuration. It does not run and needs no platform.
            return null;
        }
    }

    /// <summary>The same platform in one spelling: <c>aarch64/v8</c> is <c>arm64</c>, <c>arm</c> is <c>arm/v7</c> (containerd's rules).</summary>
    public OciPlatform Normalize()
    {
        var (architecture, variant) = Normalize(Architecture.ToLowerInvariant(), (Variant ?? "").ToLowerInvariant());
        return this with { Os = Os.ToLowerInvariant(), Architecture = architecture, Variant = variant.Length == 0 ? null : variant };
    }

    /// <summary><c>os/architecture[/variant]</c>.</summary>
    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";

    private static (string Architecture, string Variant) Normalize(string architecture, string variant) => (architecture, variant) switch
    {
        ("i386", _) => ("386", ""),
        ("x86_64" or "x86-64" or "amd64", "" or "v1") => ("amd64", ""),
        ("x86_64" or "x86-64", _) => ("amd64", variant),
        ("aarch64" or "arm64", "" or "8" or "v8") => ("arm64", ""),
        ("aarch64", _) => ("arm64", variant),
        ("armhf", _) => ("arm", "v7"),
        ("armel", _) => ("arm", "v6"),
        ("arm", "" or "7") => ("arm", "v7"),
        ("arm", "5" or "6" or "8") => ("arm", "v" + variant),
        _ => (architecture, variant),
    };

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static bool IsWord(string text) =>
        text.Length is > 0 and <= 32 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
}
