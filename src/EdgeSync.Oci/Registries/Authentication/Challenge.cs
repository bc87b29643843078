using System.Net.Http.Headers;

namespace EdgeSync.Oci.Registries.Authentication;

/// <summary>What a registry wants to see before it answers: the <c>WWW-Authenticate</c> header (RFC 9110, section 11.6.1).</summary>
internal sealed record Challenge(bool IsBearer, string? Realm, string? Service)
{
    private const int MaxParameterLength = 4096;

    /// <summary>Wants user name and password.</summary>
    public static Challenge Basic { get; } = new(IsBearer: false, Realm: null, Service: null);

    /// <summary>The best challenge that can be met, bearer before basic, or null.</summary>
    public static Challenge? From(HttpHeaderValueCollection<AuthenticationHeaderValue> headers)
    {
        Challenge? basic = null;
        foreach (var header in headers)
        {
            if (header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            {
                var parameters = ReadParameters(header.Parameter);
                return new Challenge(IsBearer: true, parameters.GetValueOrDefault("realm"), parameters.GetValueOrDefault("service"));
            }

            if (header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
            {
                basic = Basic;
            }
        }

        return basic;
    }

    internal static Dictionary<string, string> ReadParameters(string? text)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (text is null || text.Length > MaxParameterLength)
        {
            return parameters;
        }

        var rest = text.AsSpan();
        while (true)
        {
            rest = rest.TrimStart(" \t,");
            var equals = rest.IndexOf('=');
            if (equals <= 0)
            {
                return parameters;
            }

            var name = rest[..equals].Trim().ToString();
            rest = rest[(equals + 1)..].TrimStart();
            var value = rest.StartsWith("\"") ? ReadQuoted(ref rest) : ReadToken(ref rest);
            if (value is null || !parameters.TryAdd(name, value))
            {
                // Cut short, or said twice: nothing of it is used.
                return [];
            }
        }
    }

    private static string ReadToken(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny(',', ' ', '\t');
        var value = (end < 0 ? rest : rest[..end]).ToString();
        rest = end < 0 ? [] : rest[end..];
        return value;
    }

    private static string? ReadQuoted(ref ReadOnlySpan<char> rest)
    {
        var value = new System.Text.StringBuilder();
        for (var i = 1; i < rest.Length; i++)
        {
            switch (rest[i])
            {
                case '"':
                    rest = rest[(i + 1)..];
                    return value.ToString();
                case '\\' when i + 1 < rest.Length:
                    value.Append(rest[++i]);
                    break;
                default:
                    value.Append(rest[i]);
                    break;
            }
        }

        return null;
    }
}
