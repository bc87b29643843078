using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EdgeSync.Hq.Authentication;

/// <summary>
/// A random secret of 256 bits, shown once. Only its hash is stored; as it is random and long, a plain SHA-256 cannot be searched backwards, and
/// a look-up by hash tells an attacker nothing by its timing.
/// </summary>
public sealed class Secret
{
    public const string OperatorPrefix = "eshq_";
    public const string EnrolmentPrefix = "esen_";
    public const string SessionPrefix = "esse_";

    private const int Bytes = 32;

    private Secret(string text) => Text = text;

    /// <summary>The secret itself: for the one who gets it, and for nobody else.</summary>
    public string Text { get; }

    /// <summary>What is stored.</summary>
    public string Hash => HashOf(Text);

    public static Secret Create(string prefix) => new(prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes)));

    public static string HashOf(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public override string ToString() => EdgeSync.Primitives.Text.Redactor.Mask;
}
