using System.Globalization;
using System.Net;

namespace EdgeSync.Primitives.Http;

/// <summary>
/// The hosts of <c>no_proxy</c>, read as curl and Go read them, and so as k3s does: separated by commas or blanks; <c>*</c> for all; a name for itself
/// and everything below it, with a leading dot or without; an address; a range of addresses (<c>10.0.0.0/8</c>, <c>fd00::/8</c>); each also with a
/// port, and IPv6 also in brackets. An entry that is none of these matches nothing.
/// </summary>
public sealed class ProxyExceptions
{
    private readonly List<Func<string, IPAddress?, int, bool>> _rules = [];

    private ProxyExceptions()
    {
    }

    /// <summary>Reads the variable's value; null and empty text have no exceptions.</summary>
    public static ProxyExceptions Parse(string? text)
    {
        var exceptions = new ProxyExceptions();
        foreach (var entry in (text ?? "").Split([',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (ReadRule(entry) is { } rule)
            {
                exceptions._rules.Add(rule);
            }
        }

        return exceptions;
    }

    /// <summary>Whether this address is asked without a proxy.</summary>
    public bool Match(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var host = address.IdnHost.TrimEnd('.').ToLowerInvariant();
        var ip = IPAddress.TryParse(host, out var parsed) ? Plain(parsed) : null;
        return _rules.Exists(rule => rule(host, ip, address.Port));
    }

    private static Func<string, IPAddress?, int, bool>? ReadRule(string entry)
    {
        if (entry == "*")
        {
            return (_, _, _) => true;
        }

        var (name, port) = SplitPort(entry);
        if (name.Contains('/', StringComparison.Ordinal))
        {
            return ReadRange(name) is { } range ? (_, ip, _) => ip is not null && range.Contains(ip) : null;
        }

        if (IPAddress.TryParse(name, out var parsed) && name.AsSpan().IndexOfAny('.', ':') >= 0)
        {
            var wanted = Plain(parsed);
            return (_, ip, asked) => wanted.Equals(ip) && (port is null || port == asked);
        }

        // "*.example.com" is what Go reads as ".example.com".
        var domain = (name.StartsWith("*.", StringComparison.Ordinal) ? name[1..] : name).Trim('.').ToLowerInvariant();
        return domain.Length == 0
            ? null
            : (host, ip, asked) => ip is null
                && (port is null || port == asked)
                && (host == domain || host.EndsWith("." + domain, StringComparison.Ordinal));
    }

    private static (string Name, int? Port) SplitPort(string entry)
    {
        if (entry.StartsWith('['))
        {
            var end = entry.IndexOf(']', StringComparison.Ordinal);
            return end < 0 ? (entry, null)
                : entry[(end + 1)..] is { Length: > 1 } rest && rest[0] == ':' && IsPort(rest[1..], out var port) ? (entry[1..end], port)
                : (entry[1..end] + entry[(end + 1)..], null);
        }

        var colon = entry.LastIndexOf(':');
        return colon > 0 && colon == entry.IndexOf(':', StringComparison.Ordinal) && IsPort(entry[(colon + 1)..], out var number)
            ? (entry[..colon], number)
            : (entry, null);
    }

    private static bool IsPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= ushort.MaxValue;

    // Host bits may be set (10.1.2.3/8), as in curl and Go; IPNetwork refuses them.
    private static IPNetwork? ReadRange(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(text[..slash], out var address)
            || !int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            return null;
        }

        var bytes = address.GetAddressBytes();
        if (length > bytes.Length * 8)
        {
            return null;
        }

        for (var bit = length; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), length);
    }

    // An IPv4 address in IPv6 form (::ffff:10.0.0.1) is the same address; a zone (%eth0) says nothing about it.
    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : new IPAddress(address.GetAddressBytes());
}
