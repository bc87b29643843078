using System.Globalization;
using System.Text;
using EdgeSync.Agent.Output;
using EdgeSync.Reconciliation;

namespace EdgeSync.Agent.Commands;

/// <summary>
/// One moving line for each channel, drawn over at each report. When a channel goes on to its next stage, the line of the last one stays above as
/// done.
/// </summary>
internal sealed class ProgressBars(Terminal terminal, TimeProvider time) : IProgress<PipelineProgress>
{
    private const int BarLength = 20;

    /// <summary>Faster than the eye reads would only cost a slow line to a far terminal.</summary>
    private static readonly TimeSpan DrawEvery = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly List<PipelineProgress> _moving = [];
    private int _drawn;
    private long? _drawnAt;

    public void Report(PipelineProgress value)
    {
        lock (_lock)
        {
            var place = _moving.FindIndex(other => other.Channel == value.Channel);
            var done = place >= 0 && _moving[place].Stage != value.Stage ? _moving[place] : null;
            if (place < 0)
            {
                _moving.Add(value);
            }
            else
            {
                _moving[place] = value;
            }

            if (place < 0 || done is not null || _drawnAt is not { } last || time.GetElapsedTime(last) >= DrawEvery)
            {
                Draw(done is null ? [] : [done]);
            }
        }
    }

    /// <summary>All went well: every line is done. After a failure they stay as they are, and the words follow below.</summary>
    public void Finish()
    {
        lock (_lock)
        {
            var last = _moving.ToArray();
            _moving.Clear();
            Draw(last);
        }
    }

    private void Draw(PipelineProgress[] done)
    {
        // Up to the first moving line, and clear from there to the end of the screen.
        var text = new StringBuilder(_drawn > 0 ? string.Create(CultureInfo.InvariantCulture, $"\e[{_drawn}A\r\e[J") : "");
        foreach (var stage in done)
        {
            text.Append(Line(stage, isDone: true)).Append('\n');
        }

        foreach (var stage in _moving)
        {
            text.Append(Line(stage, isDone: false)).Append('\n');
        }

        _drawn = _moving.Count;
        _drawnAt = time.GetTimestamp();
        terminal.Write(text.ToString());
    }

    private string Line(PipelineProgress progress, bool isDone)
    {
        var share = progress switch
        {
            _ when isDone => 1.0,
            { Total: > 0 and var total, Done: { } part } => Math.Clamp((double)part / total, 0, 1),
            _ => (double?)null,
        };
        var full = (int)((share ?? 0) * BarLength);
        var bar = new string('━', full) + new string('─', BarLength - full);
        var percent = share is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known * 100,3:0}%") : "    ";
        var words = Terminal.Harmless($"{ProgressView.Title(progress)}: {progress.Message}");

        // A line that folds would be two, and be drawn over wrongly.
        var space = Math.Max(terminal.Width - BarLength - 7, 10);
        return $"{terminal.Paint(bar, isDone ? Colour.Green : Colour.Blue)} {percent} {(words.Length > space ? words[..space] : words)}";
    }
}
