using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EdgeSync.Oci.References;

/// <summary>
/// The rules for the parts of a reference: the docker reference grammar, which the OCI distribution specification shares for
/// repositories and tags. No regular expressions, linear time, bounded length.
/// </summary>
public static class ReferenceGrammar
{
    /// <summary>The longest registry and repository together, in characters.</summary>
    public const int MaxNameLength = 255;

    /// <summary>The longest tag, in characters.</summary>
    public const int MaxTagLength = 128;

    private static readonly SearchValues<char> AlphaNumeric =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    private static readonly SearchValues<char> TagCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    private static readonly SearchValues<char> IPv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>Whether the text is <c>host</c> or <c>host:port</c>: a DNS name, an IPv4 address or an IPv6 address in brackets.</summary>
    public static bool IsRegistry(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text.Length > MaxNameLength)
        {
            return false;
        }

        if (text[0] == '[')
        {
            var end = text.IndexOf(']');
            return end > 1 && IsIPv6(text[1..end]) && IsPortSuffix(text[(end + 1)..]);
        }

        var colon = text.IndexOf(':');
        var host = colon < 0 ? text : text[..colon];
        return IsHostName(host) && IsPortSuffix(text[host.Length..]);
    }

    /// <summary>Whether the text is a repository: lower-case path components, separated by slashes.</summary>
    public static bool IsRepository(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text.Length > MaxNameLength)
        {
            return false;
        }

        foreach (var component in text.Split('/'))
        {
            if (!IsPathComponent(text[component]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the text is a tag: a letter, digit or underscore, then up to 127 more of them, dots and dashes.</summary>
    public static bool IsTag(ReadOnlySpan<char> text) =>
        !text.IsEmpty
        && text.Length <= MaxTagLength
        && text[0] is not ('.' or '-')
        && !text.ContainsAnyExcept(TagCharacters);

    /// <summary>
    /// Whether the first component of an image name is a registry, by docker's rule: it has a dot, a colon or an upper-case letter, or is
    /// <c>localhost</c>.
    /// </summary>
    internal static bool LooksLikeRegistry(ReadOnlySpan<char> component) =>
        component.ContainsAny('.', ':', '[') || component.ContainsAnyInRange('A', 'Z') || component.SequenceEqual("localhost");

    private static bool IsPathComponent(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || !IsLowerOrDigit(text[0]) || !IsLowerOrDigit(text[^1]))
        {
            return false;
        }

        for (var i = 1; i < text.Length; i++)
        {
            if (IsLowerOrDigit(text[i]))
            {
                continue;
            }

            var separator = SeparatorLength(text[i..]);
            if (separator == 0 || !IsLowerOrDigit(text[i + separator]))
            {
                return false;
            }

            i += separator;
        }

        return true;
    }

    // One dot, one or two underscores, or any number of dashes; the caller has checked that the text does not end here.
    private static int SeparatorLength(ReadOnlySpan<char> text) => text[0] switch
    {
        '.' => 1,
        '_' => text[1] == '_' ? 2 : 1,
        '-' => text.IndexOfAnyExcept('-'),
        _ => 0,
    };

    private static bool IsHostName(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return false;
        }

        foreach (var range in text.Split('.'))
        {
            var label = text[range];
            if (label.IsEmpty || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }

            foreach (var character in label)
            {
                if (character != '-' && !AlphaNumeric.Contains(character))
                {
                    return false;
                }
            }
        }

        return true;
    }

    // A zone ("%eth0") has no place in a URL's host, so it is refused with everything else that is not the plain address.
    private static bool IsIPv6(ReadOnlySpan<char> text) =>
        !text.ContainsAnyExcept(IPv6Characters)
        && IPAddress.TryParse(text, out var address)
        && address.AddressFamily == AddressFamily.InterNetworkV6;

    private static bool IsPortSuffix(ReadOnlySpan<char> text) =>
        text.IsEmpty
        || (text[0] == ':'
            && text.Length is > 1 and <= 6
            && int.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= IPEndPoint.MaxPort);

    private static bool IsLowerOrDigit(char character) => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character);
}
