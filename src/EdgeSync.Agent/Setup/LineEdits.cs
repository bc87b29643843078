namespace EdgeSync.Agent.Setup;

/// <summary>Changes a text by line and column. It collects the changes and makes them all at once, so that positions stay valid. Line ends stay as they are.</summary>
internal sealed class LineEdits
{
    private readonly List<string> _lines;
    private readonly string _lineEnd;
    private readonly List<(int Line, int Column, int Removed, string Text)> _edits = [];
    private readonly HashSet<int> _removed = [];

    public LineEdits(string text)
    {
        _lineEnd = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        _lines = [.. text.Split('\n')];
    }

    /// <summary>A line without its end.</summary>
    public string this[int line] => line < _lines.Count ? _lines[line].TrimEnd('\r') : "";

    public bool IsEmpty => _edits.Count == 0 && _removed.Count == 0;

    /// <summary>Whole lines below a line.</summary>
    public void AddBelow(int line, params IEnumerable<string> added) =>
        _edits.Add((line + 1, 0, 0, string.Concat(added.Select(text => text + _lineEnd))));

    public void Replace(int line, int column, int removed, string text) => _edits.Add((line, column, removed, text));

    /// <summary>Takes whole lines away, from the first to the last.</summary>
    public void Remove(int first, int last) => _removed.UnionWith(Enumerable.Range(first, last - first + 1));

    /// <summary>Whole lines at the end.</summary>
    public void Append(params IEnumerable<string> added) => AddBelow(_lines.Count - (_lines[^1].Length == 0 ? 2 : 1), added);

    public override string ToString()
    {
        var lines = new List<string>(_lines);
        foreach (var (line, column, removed, text) in _edits.OrderBy(edit => edit.Line).ThenBy(edit => edit.Column).Reverse())
        {
            if (line < lines.Count)
            {
                lines[line] = lines[line].Remove(column, removed).Insert(column, text);
            }
            else
            {
                // The text ends without a line end, and the next line needs one.
                lines[^1] += _lineEnd + text;
            }
        }

        return string.Join('\n', lines.Where((_, line) => !_removed.Contains(line)));
    }
}
