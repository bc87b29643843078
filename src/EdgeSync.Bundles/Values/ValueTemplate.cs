using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EdgeSync.Bundles.Values;

/// <summary>
/// A text with references: <c>${NAME}</c>, or <c>${NAME:=default}</c>, whose default counts where nobody gives a value. <c>$${</c> is a literal
/// <c>${</c>. Anything else behind <c>${</c> is wrong.
/// </summary>
internal sealed class ValueTemplate
{
    private const string Begin = "${";
    private const string Escape = "$${";
    private const string DefaultMark = ":=";

    private readonly List<Part> _parts;

    private ValueTemplate(List<Part> parts) => _parts = parts;

    /// <summary>The references, in order; the default of each is null where none is written.</summary>
    public IEnumerable<(string Name, string? Default)> References => _parts.Where(part => part.Name is not null).Select(part => (part.Name!, part.Text));

    /// <summary>The only reference of a text that is nothing else; null for every other text.</summary>
    public string? OnlyName => _parts is [{ Name: { } name }] ? name : null;

    /// <summary>Whether a text has references or escapes, right or wrong.</summary>
    public static bool IsOne(string text) => text.Contains(Begin, StringComparison.Ordinal);

    /// <summary>Reads a text; if the result is false, <paramref name="problem"/> says why.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ValueTemplate? template, out string problem)
    {
        var parts = new List<Part>();
        var literal = new StringBuilder();
        template = null;
        problem = "";
        for (var at = 0; at < text.Length;)
        {
            var rest = text.AsSpan(at);
            if (rest.StartsWith(Escape, StringComparison.Ordinal))
            {
                literal.Append(Begin);
                at += Escape.Length;
            }
            else if (!rest.StartsWith(Begin, StringComparison.Ordinal))
            {
                literal.Append(text[at++]);
            }
            else if (ReadReference(rest[Begin.Length..]) is { } reference)
            {
                if (literal.Length > 0)
                {
                    parts.Add(new Part(null, literal.ToString()));
                    literal.Clear();
                }

                parts.Add(reference.Part);
                at += Begin.Length + reference.Length;
            }
            else
            {
                problem = $"'{Excerpt(rest)}' is no reference to a value; write ${{NAME}} or ${{NAME:=default}}, or $${{ for a text that begins with ${{";
                return false;
            }
        }

        if (literal.Length > 0)
        {
            parts.Add(new Part(null, literal.ToString()));
        }

        template = new ValueTemplate(parts);
        return true;
    }

    /// <summary>The text with what <paramref name="valueOf"/> gives in the place of each reference.</summary>
    public string Fill(Func<string, string?, string> valueOf) =>
        string.Concat(_parts.Select(part => part.Name is { } name ? valueOf(name, part.Text) : part.Text));

    private static (Part Part, int Length)? ReadReference(ReadOnlySpan<char> text)
    {
        var end = text.IndexOf('}');
        var inner = end < 0 ? default : text[..end];
        var mark = inner.IndexOf(DefaultMark, StringComparison.Ordinal);
        var name = (mark < 0 ? inner : inner[..mark]).ToString();
        return ValueName.IsValid(name) ? (new Part(name, mark < 0 ? null : inner[(mark + DefaultMark.Length)..].ToString()), end + 1) : null;
    }

    private static string Excerpt(ReadOnlySpan<char> text)
    {
        const int Shown = 40;
        var end = text.IndexOfAny('}', '\n');
        var length = Math.Min(end < 0 ? text.Length : text[end] == '}' ? end + 1 : end, Shown);
        return text[..length].ToString();
    }

    // A reference has its default, or null, as text.
    private sealed record Part(string? Name, string? Text);
}
