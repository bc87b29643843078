using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace EdgeSync.Signing.Text;

/// <summary>
/// Base64 with exactly one encoding for each content: standard alphabet, padded, no blanks or line ends, no stray bits (RFC 4648, sections 3.5 and 4).
/// </summary>
internal static class StrictBase64
{
    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    public static bool TryDecode([NotNullWhen(true)] string? text, [NotNullWhen(true)] out byte[]? content)
    {
        content = null;
        if (text is null || text.Length % 4 != 0 || text.AsSpan().ContainsAnyExcept(Alphabet))
        {
            return false;
        }

        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (!Convert.TryFromBase64String(text, bytes, out var written))
        {
            return false;
        }

        // Stray bits in the last digit decode to the same bytes; only the encoding that an encoder makes is accepted.
        if (Convert.ToBase64String(bytes, 0, written) != text)
        {
            return false;
        }

        content = bytes[..written];
        return true;
    }
}
