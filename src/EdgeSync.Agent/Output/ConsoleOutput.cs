using System.Globalization;
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EdgeSync.Agent.Output;

/// <summary>
/// Standard output for people. One rule for all verbs: a pipe or a file gets plain text, and nothing is wrapped, cut or coloured; a terminal gets what fits
/// into its window, in colours unless NO_COLOR (no-color.org) or TERM=dumb says otherwise.
/// </summary>
internal static class ConsoleOutput
{
    private const int LeastWidth = 40;
    private const int DefaultWidth = 80;

    /// <summary>Wide enough that nothing in a pipe is ever wrapped.</summary>
    private const int PipeWidth = 1_000_000;

    /// <summary>Standard output, as the process was started with it.</summary>
    public static IAnsiConsole Standard() => Create(
        Console.Out,
        !Console.IsOutputRedirected,
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb",
        Console.IsOutputRedirected ? 0 : Console.WindowWidth);

    /// <summary>A console on this writer. A terminal without colours cannot draw over its lines either.</summary>
    public static IAnsiConsole Create(TextWriter output, bool isTerminal, bool hasColours, int windowWidth)
    {
        var isRich = isTerminal && hasColours;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isRich ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = isRich ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = isRich ? InteractionSupport.Yes : InteractionSupport.No,

            // They detect build servers and would change the settings above.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = !isTerminal ? PipeWidth : windowWidth > 0 ? Math.Max(windowWidth, LeastWidth) : DefaultWidth;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    /// <summary>
    /// Writes one line of markup. The values between the braces are plain text: they are cleaned by <see cref="Clean"/>, and brackets in them are no markup.
    /// </summary>
    public static void WriteMarkupLine(this IAnsiConsole console, FormattableString markup) => console.MarkupLine(string.Format(
        CultureInfo.InvariantCulture,
        markup.Format,
        Array.ConvertAll(markup.GetArguments(), value => value is string text ? Markup.Escape(Clean(text)) : value)));

    /// <summary>A table without lines, whose columns are two spaces apart.</summary>
    public static Table CreateTable(params string[] headings)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var heading in headings)
        {
            table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))) { Padding = new Padding(0, 0, 2, 0) });
        }

        table.Columns[^1].Padding = new Padding(0);
        return table;
    }

    /// <summary>Adds a row of plain text to the table.</summary>
    public static void AddText(this Table table, params string[] cells) => table.AddRow(cells.Select(cell => Cell(cell)));

    /// <summary>A cell of plain text.</summary>
    public static IRenderable Cell(string text, Color? color = null) => new Text(Clean(text), new Style(color));

    /// <summary>Writes the table. Plain output has no spaces at the end of a line.</summary>
    public static void WriteTable(this IAnsiConsole console, Table table)
    {
        if (console.Profile.Capabilities.Ansi)
        {
            console.Write(table);
            return;
        }

        foreach (var line in Segment.SplitLines(table.GetSegments(console)))
        {
            console.Profile.Out.Writer.WriteLine(string.Concat(line.Select(segment => segment.Text)).TrimEnd());
        }
    }

    /// <summary>
    /// The text with every control character shown as <c>?</c>. Names and reasons come from registries, bundles and clusters, and must not control the
    /// terminal of a person who reads them.
    /// </summary>
    public static string Clean(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            clean.Append(char.IsControl(character) ? '?' : character);
        }

        return clean.ToString();
    }
}
