using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EdgeSync.Hq.Authentication;

/// <summary>
/// A random secret of 256 bits that HQ shows once. HQ stores only its SHA-256 hash: nobody can guess 256 random bits from it, and the timing of a
/// look-up by hash reveals nothing.
/// </summary>
public sealed class Secret
{
    public const string OperatorPrefix = "eshq_";
    public const string EnrolmentPrefix = "esen_";
    public const string SessionPrefix = "esse_";

    private const int Bytes = 32;

    private Secret(string text) => Text = text;

    /// <summary>The secret itself. Show it only to the person who asked for it.</summary>
    public string Text { get; }

    /// <summary>The hash that is stored.</summary>
    public string Hash => HashOf(Text);

    public static Secret Create(string prefix) => new(prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes)));

    public static string HashOf(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public override string ToString() => EdgeSync.Primitives.Text.Redactor.Mask;
}
