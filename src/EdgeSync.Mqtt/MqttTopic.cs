using System.Text;

namespace EdgeSync.Mqtt;

/// <summary>The rules for topic names and topic filters (MQTT 5.0, section 4.7).</summary>
public static class MqttTopic
{
    /// <summary>The longest topic that this client publishes to, in bytes; the protocol's own limit is 65,535.</summary>
    public const int LongestPublishable = 1024;

    private const int LongestString = ushort.MaxValue;
    private const string SharePrefix = "$share/";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether this is a topic name: 1 to 65,535 bytes, no wildcard, no U+0000.</summary>
    public static bool IsValidName(string? topic) => ByteCount(topic) is > 0 and <= LongestString && topic.AsSpan().IndexOfAny('+', '#') < 0;

    /// <summary>
    /// Whether a client should publish there, also if a stranger named it (a response topic): a valid name of at most
    /// <see cref="LongestPublishable"/> bytes that does not begin with <c>$</c>, which is the server's own.
    /// </summary>
    public static bool IsPublishable(string? topic) => IsValidName(topic) && topic![0] != '$' && ByteCount(topic) <= LongestPublishable;

    /// <summary>Whether this is a topic filter: wildcards stand alone in their level, <c>#</c> in the last one only.</summary>
    public static bool IsValidFilter(string? filter)
    {
        if (ByteCount(filter) is not (> 0 and <= LongestString))
        {
            return false;
        }

        if (!IsShared(filter!))
        {
            return HasValidLevels(filter);
        }

        // Section 4.8.2: $share/{name}/{filter}, the name without wildcards.
        var shared = filter.AsSpan(SharePrefix.Length);
        var slash = shared.IndexOf('/');
        return slash > 0 && shared[..slash].IndexOfAny('+', '#') < 0 && slash + 1 < shared.Length && HasValidLevels(shared[(slash + 1)..]);
    }

    internal static bool IsShared(string filter) => filter.StartsWith(SharePrefix, StringComparison.Ordinal);

    internal static bool HasWildcard(string filter) => filter.AsSpan().IndexOfAny('+', '#') >= 0;

    /// <summary>The bytes of a string on the wire, or -1 where it cannot be one.</summary>
    internal static int ByteCount(string? text)
    {
        if (text is null || text.Length > LongestString || text.Contains('\0'))
        {
            return -1;
        }

        try
        {
            return Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            return -1; // half a surrogate pair
        }
    }

    private static bool HasValidLevels(ReadOnlySpan<char> filter)
    {
        foreach (var range in filter.Split('/'))
        {
            var level = filter[range];
            var isLast = range.End.GetOffset(filter.Length) == filter.Length;
            var valid = level is "+" || (level is "#" && isLast) || level.IndexOfAny('+', '#') < 0;
            if (!valid)
            {
                return false;
            }
        }

        return true;
    }
}
