using System.Security.Cryptography;

namespace EdgeSync.Signing.Keys;

/// <summary>Finds the one PEM block of a key file; a file with two keys is ambiguous.</summary>
internal static class PemText
{
    public const int MaxChars = 16 * 1024;

    /// <summary>The label of the only block; throws <see cref="SigningException"/> where there is none, or more than one.</summary>
    public static string ReadLabel(ReadOnlySpan<char> pem, string name)
    {
        if (pem.Length > MaxChars)
        {
            throw Refuse(name, "it is larger than any key");
        }

        if (!PemEncoding.TryFind(pem, out var fields))
        {
            throw Refuse(name, "it has no PEM block ('-----BEGIN …-----')");
        }

        if (PemEncoding.TryFind(pem[fields.Location.End..], out _))
        {
            throw Refuse(name, "it has more than one PEM block");
        }

        return pem[fields.Label].ToString();
    }

    /// <summary>The bytes of the only block.</summary>
    public static byte[] ReadContent(ReadOnlySpan<char> pem)
    {
        var fields = PemEncoding.Find(pem);
        var content = new byte[fields.DecodedDataLength];
        return Convert.TryFromBase64Chars(pem[fields.Base64Data], content, out var written) && written == content.Length
            ? content
            : throw new CryptographicException("the PEM block is not base64");
    }

    private static SigningException Refuse(string name, string why) =>
        new(SigningReasons.KeyUnusable, $"the key '{name}' cannot be used: {why}") { Subject = name };
}
