using EdgeSync.Reconciliation;
using Spectre.Console;

namespace EdgeSync.Agent.Commands;

/// <summary>Shows progress: bars where the terminal can draw them, one plain line a stage otherwise.</summary>
internal static class ProgressView
{
    public static async Task<T> RunAsync<T>(Func<IProgress<PipelineProgress>, Task<T>> work)
    {
        if (!AnsiConsole.Profile.Out.IsTerminal || !AnsiConsole.Profile.Capabilities.Ansi)
        {
            return await work(new PlainLines());
        }

        return await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new SpinnerColumn())
            .StartAsync(context => work(new Bars(context)));
    }

    private static string Title(PipelineProgress progress) => $"{progress.Channel} {progress.Stage.ToString().ToLowerInvariant()}";

    private sealed class PlainLines : IProgress<PipelineProgress>
    {
        private readonly Lock _lock = new();
        private string? _last;

        // Bytes arrive many times a second; a log wants a line for each new thing only.
        public void Report(PipelineProgress value)
        {
            lock (_lock)
            {
                var line = $"{Title(value)}: {value.Message}";
                if (line != _last)
                {
                    _last = line;
                    Console.WriteLine(line);
                }
            }
        }
    }

    private sealed class Bars(ProgressContext context) : IProgress<PipelineProgress>
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, ProgressTask> _tasks = [];

        public void Report(PipelineProgress value)
        {
            lock (_lock)
            {
                var title = Title(value);
                if (!_tasks.TryGetValue(title, out var task))
                {
                    Finish();
                    task = context.AddTask(Markup.Escape(title));
                    _tasks[title] = task;
                }

                task.Description = Markup.Escape($"{title}: {value.Message}");
                if (value.Total is { } total)
                {
                    task.MaxValue = Math.Max(total, 1);
                    task.Value = value.Done ?? 0;
                }
                else
                {
                    task.IsIndeterminate = true;
                }
            }
        }

        private void Finish()
        {
            foreach (var task in _tasks.Values)
            {
                task.IsIndeterminate = false;
                task.Value = task.MaxValue;
            }
        }
    }
}
