using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace EdgeSync.Oci.Mirror;

/// <summary>Which part of a blob to send: of <see cref="Length"/> bytes from <see cref="Start"/> on.</summary>
internal readonly record struct ByteRange(long Start, long Length)
{
    private const string Unit = "bytes";

    /// <summary>
    /// What the request's Range header means (RFC 9110, section 14). It is ignored where the method is not GET (section 14.2), and several ranges, other
    /// units and nonsense mean the whole, as the RFC allows; <paramref name="isSatisfiable"/> is false for a range that starts after the end of the blob, for
    /// one that ends before it starts, and for the last 0 bytes.
    /// </summary>
    public static ByteRange? From(HttpRequest request, EntityTagHeaderValue entityTag, long size, out bool isSatisfiable)
    {
        isSatisfiable = true;
        if (!HttpMethods.IsGet(request.Method) || request.Headers.Range is not [{ } header] || ReadSpec(header) is not { } spec)
        {
            return null;
        }

        if (request.Headers.IfRange.Count > 0
            && request.GetTypedHeaders().IfRange?.EntityTag?.Compare(entityTag, useStrongComparison: true) != true)
        {
            return null;
        }

        var start = spec.From ?? Math.Max(0, size - (spec.To ?? 0));
        var end = spec.From is null ? size - 1 : Math.Min(spec.To ?? long.MaxValue, size - 1);
        isSatisfiable = start < size && end >= start && !(spec is { From: null, To: 0 });
        return isSatisfiable ? new ByteRange(start, end - start + 1) : null;
    }

    // The one range of the header, or null. The framework's parser says nothing about a range that it does not accept, such as 500-0.
    private static (long? From, long? To)? ReadSpec(string header)
    {
        var equals = header.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || !header.AsSpan(0, equals).Trim().Equals(Unit, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var specs = header[(equals + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (specs is not [var spec] || spec.IndexOf('-', StringComparison.Ordinal) is var dash && dash < 0)
        {
            return null;
        }

        var (from, to) = (spec[..dash], spec[(dash + 1)..]);
        return (from.Length > 0 || to.Length > 0) && IsNumber(from, out var first) && IsNumber(to, out var last) ? (first, last) : null;
    }

    // A number that is larger than any file is one; only its digits matter.
    private static bool IsNumber(string text, out long? number)
    {
        number = text.Length == 0 ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
            : long.MaxValue;
        return text.All(char.IsAsciiDigit);
    }
}
