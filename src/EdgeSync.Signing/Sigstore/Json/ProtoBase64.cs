using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using EdgeSync.Signing.Text;

namespace EdgeSync.Signing.Sigstore.Json;

/// <summary>
/// Bytes as protobuf's JSON mapping writes them: base64 of the standard or of the URL alphabet, padded or not. No mixing of the two, no line ends, no
/// stray bits.
/// </summary>
internal static class ProtoBase64
{
    private static readonly SearchValues<char> UrlOnly = SearchValues.Create("-_");

    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? content)
    {
        content = null;
        if (text.AsSpan().ContainsAny(UrlOnly))
        {
            if (text.AsSpan().ContainsAny('+', '/'))
            {
                return false;
            }

            text = text.Replace('-', '+').Replace('_', '/');
        }

        return (text.Length % 4) switch
        {
            0 => StrictBase64.TryDecode(text, out content),
            1 => false,
            _ when text.Contains('=', StringComparison.Ordinal) => false,
            2 => StrictBase64.TryDecode(text + "==", out content),
            _ => StrictBase64.TryDecode(text + "=", out content),
        };
    }
}
