using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace EdgeSync.Oci.Mirror;

/// <summary>Which part of a blob to send: of <see cref="Length"/> bytes from <see cref="Start"/> on.</summary>
internal readonly record struct ByteRange(long Start, long Length)
{
    /// <summary>
    /// What the request's Range header means (RFC 9110, section 14). Several ranges, other units and nonsense mean the whole, as the RFC
    /// allows; <paramref name="isSatisfiable"/> is false where the range starts after the end.
    /// </summary>
    public static ByteRange? From(HttpRequest request, EntityTagHeaderValue entityTag, long size, out bool isSatisfiable)
    {
        isSatisfiable = true;
        var headers = request.GetTypedHeaders();
        if (headers.Range is not { Ranges.Count: 1 } range || range.Unit != "bytes")
        {
            return null;
        }

        if (headers.IfRange is { } condition && condition.EntityTag?.Compare(entityTag, useStrongComparison: true) != true)
        {
            return null;
        }

        var (from, to) = (range.Ranges.First().From, range.Ranges.First().To);
        var start = from ?? Math.Max(0, size - (to ?? 0));
        var end = from is null ? size - 1 : Math.Min(to ?? (size - 1), size - 1);
        isSatisfiable = start < size && end >= start;
        return isSatisfiable ? new ByteRange(start, end - start + 1) : null;
    }
}
