using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EdgeSync.Yaml;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>
/// What a YAML scalar means to Kubernetes. Its YAML library resolves by YAML 1.1 with rules of its own for numbers (those of Go's
/// <c>strconv</c>), which this follows to the letter.
/// </summary>
internal static partial class ScalarResolver
{
    public const string CoreTag = "tag:yaml.org,2002:";

    private static readonly Dictionary<string, object?> Words = BuildWords();

    /// <summary>Null, bool, long, ulong, double or string. Throws <see cref="FormatException"/> for what Kubernetes refuses.</summary>
    public static object? Resolve(YamlNode scalar)
    {
        if (scalar.Tag.Length == 0)
        {
            return scalar.IsPlain ? ResolvePlain(scalar.Value) : scalar.Value;
        }

        var value = scalar.Tag is CoreTag + "str" or CoreTag + "binary" ? scalar.Value : ResolvePlain(scalar.Value);
        return scalar.Tag switch
        {
            CoreTag + "str" => value,
            CoreTag + "binary" => DecodeBinary(scalar.Value),
            CoreTag + "null" when value is null => null,
            CoreTag + "bool" when value is bool => value,
            CoreTag + "int" when value is long or ulong => value,
            CoreTag + "float" when value is double => value,
            CoreTag + "float" when value is long number => (double)number,
            CoreTag + "null" or CoreTag + "bool" or CoreTag + "int" or CoreTag + "float" => throw new FormatException($"'{scalar.Value}' cannot be read as the tag '{scalar.Tag.Replace(CoreTag, "!!", StringComparison.Ordinal)}' asks"),
            var tag => throw new FormatException($"the tag '{tag}' is not supported"),
        };
    }

    private static object? ResolvePlain(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var first = text[0];
        if (!char.IsAsciiDigit(first) && !"+-.yYnNtTfFoO~".Contains(first, StringComparison.Ordinal))
        {
            return text;
        }

        if (Words.TryGetValue(text, out var word))
        {
            return word;
        }

        if (first == '.')
        {
            return DotFloat().IsMatch(text) && ParseFinite(text.Replace("_", "", StringComparison.Ordinal)) is { } fraction ? fraction : text;
        }

        return char.IsAsciiDigit(first) || first is '+' or '-' ? ResolveNumber(text) : text;
    }

    private static object ResolveNumber(string text)
    {
        var plain = text.Replace("_", "", StringComparison.Ordinal);
        if (GoInteger.TryParse(plain, out var integer))
        {
            return integer;
        }

        return DecimalFloat().IsMatch(plain) && ParseFinite(plain) is { } number ? number : text;
    }

    // Go reports a range error for what would be infinite, and the text then stays a text.
    private static double? ParseFinite(string text) =>
        double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) is var number && double.IsFinite(number) ? number : null;

    private static string DecodeBinary(string text)
    {
        var compact = text.Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
        if (!Base64().IsMatch(compact))
        {
            throw new FormatException("the !!binary value is not valid base64");
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(compact));
        }
        catch (DecoderFallbackException)
        {
            throw new FormatException("the !!binary value is not UTF-8 text, which JSON cannot hold");
        }
        catch (FormatException)
        {
            throw new FormatException("the !!binary value is not valid base64");
        }
    }

    private static Dictionary<string, object?> BuildWords()
    {
        var words = new Dictionary<string, object?>(StringComparer.Ordinal);
        Add(true, "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
        Add(false, "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
        Add(null, "~", "null", "Null", "NULL");
        Add(double.NaN, ".nan", ".NaN", ".NAN");
        Add(double.PositiveInfinity, ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF");
        Add(double.NegativeInfinity, "-.inf", "-.Inf", "-.INF");
        return words;

        void Add(object? value, params string[] spellings)
        {
            foreach (var spelling in spellings)
            {
                words.Add(spelling, value);
            }
        }
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex DecimalFloat();

    [GeneratedRegex(@"^\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?\z")]
    private static partial Regex DotFloat();

    [GeneratedRegex(@"^[A-Za-z0-9+/]*={0,2}\z")]
    private static partial Regex Base64();
}
