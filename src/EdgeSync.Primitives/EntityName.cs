using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace EdgeSync.Primitives;

/// <summary>
/// The rule for names of sites, fleets and channels: 1 to 63 lower-case letters, digits and dashes, with a letter or digit at both ends (a
/// DNS label, RFC 1123). Such a name is safe as an MQTT topic level, a file name, an OCI tag and a certificate's subject.
/// </summary>
public static class EntityName
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 63;

    /// <summary>Words for a message that refuses a name.</summary>
    public const string Rule = "use 1 to 63 lower-case letters, digits and dashes, with a letter or digit at both ends";

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Whether the text is a valid name.</summary>
    public static bool IsValid([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= MaxLength }
        && text[0] != '-'
        && text[^1] != '-'
        && !text.AsSpan().ContainsAnyExcept(Allowed);
}
