using EdgeSync.Agent.Output;
using EdgeSync.Reconciliation;
using Spectre.Console;

namespace EdgeSync.Agent.Commands;

/// <summary>One moving bar for each channel. When a channel reaches its next stage, the bar of the previous stage stays above it as done.</summary>
internal sealed class ProgressBars(ProgressContext context) : IProgress<PipelineProgress>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (PipelineProgress Progress, ProgressTask Task)> _moving = new(StringComparer.Ordinal);

    public void Report(PipelineProgress value)
    {
        lock (_lock)
        {
            var description = Markup.Escape(ConsoleOutput.Clean($"{ProgressView.Title(value)}: {value.Message}"));
            if (!_moving.TryGetValue(value.Channel, out var last) || last.Progress.Stage != value.Stage)
            {
                Complete(last.Task);
                last.Task = context.AddTask(description);
            }

            last.Task.Description = description;
            RateColumn.Note(last.Task, value);
            last.Task.IsIndeterminate = value is not { Total: > 0, Done: not null };
            if (value is { Total: > 0 and var total, Done: { } done })
            {
                last.Task.MaxValue = total;

                // A task that reaches its end is stopped and takes no other value; the next stage or the end of the pass completes it.
                last.Task.Value = Math.Min(done, Math.BitDecrement((double)total));
            }

            _moving[value.Channel] = (value, last.Task);
        }
    }

    /// <summary>The pass succeeded: every bar is complete. After a failure the bars stay as they are, and the error follows below.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            foreach (var (_, task) in _moving.Values)
            {
                Complete(task);
            }

            _moving.Clear();
        }
    }

    private static void Complete(ProgressTask? task)
    {
        if (task is not null)
        {
            task.IsIndeterminate = false;
            task.Value = task.MaxValue;
            task.StopTask();
        }
    }
}
