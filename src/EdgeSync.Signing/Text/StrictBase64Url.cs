using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace EdgeSync.Signing.Text;

/// <summary>Base64url as JWS has it (RFC 7515, section 2): no padding, no other characters, no stray bits; exactly one encoding for each content.</summary>
internal static class StrictBase64Url
{
    private static readonly SearchValues<char> NotOfIt = SearchValues.Create("+/=");

    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? content)
    {
        content = null;
        return !text.AsSpan().ContainsAny(NotOfIt)
            && text.Length % 4 != 1
            && StrictBase64.TryDecode(text.Replace('-', '+').Replace('_', '/') + "===="[..((4 - (text.Length % 4)) % 4)], out content);
    }
}
