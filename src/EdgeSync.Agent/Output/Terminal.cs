using System.Text;

namespace EdgeSync.Agent.Output;

/// <summary>
/// Where a verb's words go, and what may be done there. One rule for all verbs: a pipe or a file gets plain words, nothing folded, cut or
/// coloured; a terminal gets what fits into its window, in colours unless NO_COLOR (no-color.org) or TERM=dumb says otherwise.
/// </summary>
internal sealed class Terminal(TextWriter output, bool isTerminal, bool hasColours, Func<int> width)
{
    private const int LeastWidth = 40;
    private const int UsualWidth = 80;

    /// <summary>Standard output, as the process was started with it.</summary>
    public static Terminal Standard() => new(
        Console.Out,
        !Console.IsOutputRedirected,
        !Console.IsOutputRedirected
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb",
        () => Console.WindowWidth);

    public bool IsTerminal => isTerminal;

    /// <summary>Whether lines can be drawn over: what colours need, a moving bar needs too.</summary>
    public bool HasColours => hasColours;

    /// <summary>The window's columns; of a pipe, as many as anyone wants.</summary>
    public int Width => !isTerminal ? int.MaxValue : width() is var columns && columns > 0 ? Math.Max(columns, LeastWidth) : UsualWidth;

    public string Bold(string text) => Paint(text, "1");

    public string Paint(string text, Colour colour) => Paint(text, ((int)colour).ToString(System.Globalization.CultureInfo.InvariantCulture));

    public void WriteLine(string line) => output.WriteLine(line);

    public void Write(string text)
    {
        output.Write(text);
        output.Flush();
    }

    /// <summary>
    /// The text with every control character shown as <c>?</c>: names and reasons come from registries, bundles and clusters, and must not
    /// steer the terminal of who looks at them.
    /// </summary>
    public static string Harmless(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.AsSpan().ContainsAnyInRange('\x7f', '\x9f'))
        {
            return text;
        }

        var harmless = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            harmless.Append(char.IsControl(character) ? '?' : character);
        }

        return harmless.ToString();
    }

    private string Paint(string text, string code) => hasColours ? $"\e[{code}m{text}\e[0m" : text;
}
