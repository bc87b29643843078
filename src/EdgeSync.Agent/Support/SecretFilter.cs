using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Agent.Support;

/// <summary>
/// Takes secrets out of text that leaves the site: those that the site knows, in every form in which a text may carry them, and whatever looks like one
/// (private keys, passwords in URLs, tokens of logins).
/// </summary>
internal sealed partial class SecretFilter
{
    // A shorter text is in every other word; what is written here names no such value.
    private const int ShortestSecret = 4;

    private readonly IReadOnlyList<string> _secrets;

    public SecretFilter(IEnumerable<string> secrets)
    {
        // The longest first, so that a secret that contains another goes whole.
        _secrets = [.. secrets.Where(secret => secret.Length >= ShortestSecret).SelectMany(Forms).Distinct(StringComparer.Ordinal).OrderByDescending(form => form.Length)];
    }

    /// <summary>The text with each secret replaced by <see cref="Redactor.Mask"/>.</summary>
    public string Clean(string text)
    {
        text = PrivateKey().Replace(text, Redactor.Mask);
        foreach (var secret in _secrets)
        {
            text = text.Replace(secret, Redactor.Mask, StringComparison.Ordinal);
        }

        text = UrlLogin().Replace(text, $"://{Redactor.Mask}@");
        text = WebToken().Replace(text, Redactor.Mask);
        text = Scheme().Replace(text, $"$1 {Redactor.Mask}");
        return Assignment().Replace(text, $"$1$2{Redactor.Mask}");
    }

    private static IEnumerable<string> Forms(string secret)
    {
        yield return secret;
        yield return Json(JavaScriptEncoder.Default);
        yield return Json(JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        yield return Uri.EscapeDataString(secret);
        var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));
        yield return base64;
        yield return base64.TrimEnd('=').Replace('+', '-').Replace('/', '_');

        string Json(JavaScriptEncoder encoder) => JsonEncodedText.Encode(secret, encoder).ToString();
    }

    // Also with line breaks that JSON has escaped.
    [GeneratedRegex(@"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"://[^/\s@""']+@", RegexOptions.CultureInvariant)]
    private static partial Regex UrlLogin();

    [GeneratedRegex(@"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(\.[A-Za-z0-9_-]*)?", RegexOptions.CultureInvariant)]
    private static partial Regex WebToken();

    [GeneratedRegex(@"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"([A-Za-z0-9_.-]*(?:password|passwd|secret|token|api[_-]?key|client[_-]?key(?:-data)?))(\\?[""']?\s*[:=]\s*\\?[""']?)(?!\*\*\*)[^\s""',;}\\]{4,}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();
}
