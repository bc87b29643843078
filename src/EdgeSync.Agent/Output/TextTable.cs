using System.Text;

namespace EdgeSync.Agent.Output;

/// <summary>
/// Columns as wide as their widest cell, two spaces apart. Where the window is narrower than that, the widest columns give way and their cells
/// go on in the next line.
/// </summary>
internal sealed class TextTable(params string[] headings)
{
    private const int Gap = 2;
    private const int LeastColumn = 8;

    private readonly List<(string[] Cells, int? Painted, Colour Colour)> _rows = [];

    /// <summary>Adds a row, with one cell for each heading.</summary>
    public void Add(params string[] cells) => _rows.Add((Checked(cells), null, Colour.None));

    /// <summary>Adds a row of which one cell has a colour.</summary>
    public void Add(int painted, Colour colour, params string[] cells) => _rows.Add((Checked(cells), painted, colour));

    public void Write(Terminal terminal)
    {
        var widths = Widths(terminal.Width);
        foreach (var line in Lines(headings, widths))
        {
            terminal.WriteLine(terminal.Bold(Join(line, widths)));
        }

        foreach (var (cells, painted, colour) in _rows)
        {
            foreach (var line in Lines(cells, widths))
            {
                terminal.WriteLine(Join(line, widths, painted, text => terminal.Paint(text, colour)));
            }
        }
    }

    private string[] Checked(string[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, headings.Length);
        return Array.ConvertAll(cells, Terminal.Harmless);
    }

    private int[] Widths(int available)
    {
        var widths = new int[headings.Length];
        var total = Gap * (headings.Length - 1);
        for (var column = 0; column < widths.Length; column++)
        {
            widths[column] = headings[column].Length;
            foreach (var row in _rows)
            {
                widths[column] = Math.Max(widths[column], row.Cells[column].Length);
            }

            total += widths[column];
        }

        while (total > available)
        {
            var widest = Array.IndexOf(widths, widths.Max());
            if (widths[widest] <= LeastColumn)
            {
                break;
            }

            widths[widest]--;
            total--;
        }

        return widths;
    }

    // Folds at the last space that fits, and within a word where there is none.
    private static List<string[]> Lines(string[] cells, int[] widths)
    {
        var lines = new List<string[]>();
        var rest = (string[])cells.Clone();
        do
        {
            var line = new string[rest.Length];
            for (var column = 0; column < rest.Length; column++)
            {
                var text = rest[column];
                var width = widths[column];
                var space = text.Length > width ? text.LastIndexOf(' ', width) : -1;
                var end = text.Length <= width ? text.Length : space > 0 ? space : width;
                line[column] = text[..end].TrimEnd();
                rest[column] = text[end..].TrimStart();
            }

            lines.Add(line);
        }
        while (Array.Exists(rest, text => text.Length > 0));
        return lines;
    }

    private static string Join(string[] line, int[] widths, int? painted = null, Func<string, string>? paint = null)
    {
        var joined = new StringBuilder();
        var last = Array.FindLastIndex(line, text => text.Length > 0);
        for (var column = 0; column <= last; column++)
        {
            var text = line[column];
            joined.Append(column == painted && paint is not null ? paint(text) : text);
            if (column < last)
            {
                joined.Append(' ', widths[column] - text.Length + Gap);
            }
        }

        return joined.ToString();
    }
}
