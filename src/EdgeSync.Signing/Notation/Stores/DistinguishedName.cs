using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EdgeSync.Signing.Notation.Stores;

/// <summary>
/// The attributes of a distinguished name in their order. The class library reads a certificate's name; the text of a trusted identity has stricter
/// rules than its parser (RFC 4514, and those that trust-store-trust-policy.md adds), so it is read here. Throws <see cref="FormatException"/>.
/// </summary>
internal sealed class DistinguishedName
{
    public const int MaxLength = 2048;
    private const string Escapable = " ,;\\+\"<>=#";

    private static readonly (string Oid, string Type)[] Known =
    [
        ("2.5.4.6", "C"), ("2.5.4.8", "ST"), ("2.5.4.7", "L"), ("2.5.4.10", "O"), ("2.5.4.11", "OU"), ("2.5.4.3", "CN"), ("2.5.4.9", "STREET"),
        ("2.5.4.17", "POSTALCODE"), ("2.5.4.5", "SERIALNUMBER"), ("0.9.2342.19200300.100.1.25", "DC"), ("0.9.2342.19200300.100.1.1", "UID"),
        ("1.2.840.113549.1.9.1", "E"),
    ];

    private DistinguishedName(IReadOnlyList<(string Type, string Value)> attributes) => Attributes = attributes;

    /// <summary>Type, in upper-case letters or as an object identifier, and value.</summary>
    public IReadOnlyList<(string Type, string Value)> Attributes { get; }

    /// <summary>Reads a certificate's name.</summary>
    public static DistinguishedName Read(X500DistinguishedName name)
    {
        try
        {
            return new DistinguishedName([.. name.EnumerateRelativeDistinguishedNames(reversed: false).Select(ReadAttribute)]);
        }
        catch (CryptographicException failure)
        {
            throw new FormatException("the certificate's subject is damaged", failure);
        }
    }

    /// <summary>Reads the text of a trusted identity.</summary>
    public static DistinguishedName Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new FormatException($"it is longer than {MaxLength} characters");
        }

        var attributes = new List<(string Type, string Value)>();
        for (var at = 0; at <= text.Length;)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0)
            {
                throw new FormatException("it is not a list of TYPE=value, separated by commas");
            }

            var type = text[at..equals].Trim(' ');
            type = type == "S" ? "ST" : type;
            at = equals + 1;
            var value = ParseValue(text, ref at);
            if (!Array.Exists(Known, k => k.Type == type))
            {
                throw new FormatException($"the attribute '{type}' is none of {string.Join(", ", Known.Select(k => k.Type))}");
            }

            if (value.Length == 0 || attributes.Exists(a => a.Type == type))
            {
                throw new FormatException(value.Length == 0 ? $"the attribute {type} is empty" : $"the attribute {type} appears twice");
            }

            attributes.Add((type, value));
        }

        return new DistinguishedName(attributes);
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => string.Join(", ", Attributes.Select(a => $"{a.Type}={Escape(a.Value)}"));

    private static (string Type, string Value) ReadAttribute(X500RelativeDistinguishedName name)
    {
        if (name.HasMultipleElements)
        {
            throw new FormatException("the certificate's subject has a name of several values");
        }

        var oid = name.GetSingleElementType().Value!;
        return (Array.Find(Known, k => k.Oid == oid).Type ?? oid, name.GetSingleElementValue()
            ?? throw new FormatException("the certificate's subject has a value that is not a text"));
    }

    // Reads up to the next comma, and moves the position past it or past the end.
    private static string ParseValue(string text, ref int at)
    {
        var value = new StringBuilder();
        var kept = 0; // The length up to the last character that is not a trailing blank.
        for (; at < text.Length && text[at] != ','; at++)
        {
            switch (text[at])
            {
                case '\\' when at + 1 < text.Length && Escapable.Contains(text[at + 1], StringComparison.Ordinal):
                    value.Append(text[++at]);
                    kept = value.Length;
                    break;
                case ' ':
                    if (value.Length > 0)
                    {
                        value.Append(' ');
                    }

                    break;
                case '#' when value.Length > 0:
                    value.Append('#');
                    kept = value.Length;
                    break;
                case '\\' or ';' or '+' or '"' or '<' or '>' or '#' or '=' or < ' ':
                    throw new FormatException($"a value has the character '{text[at]}' in a place where it is to be escaped with a backslash, or not allowed");
                default:
                    value.Append(text[at]);
                    kept = value.Length;
                    break;
            }
        }

        at++;
        return value.ToString(0, kept);
    }

    private static string Escape(string value)
    {
        var escaped = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            var isEnd = i == 0 || i == value.Length - 1;
            if (value[i] == ' ' ? isEnd : Escapable.Contains(value[i], StringComparison.Ordinal))
            {
                escaped.Append('\\');
            }

            escaped.Append(char.IsControl(value[i]) ? '?' : value[i]);
        }

        return escaped.ToString();
    }
}
