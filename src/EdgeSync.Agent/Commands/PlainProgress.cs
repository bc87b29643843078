using EdgeSync.Agent.Output;
using EdgeSync.Reconciliation;

namespace EdgeSync.Agent.Commands;

/// <summary>Progress for a log: bytes arrive many times a second, and only a new message is a line.</summary>
internal sealed class PlainProgress(TextWriter output) : IProgress<PipelineProgress>
{
    private readonly Lock _lock = new();
    private string? _last;

    public void Report(PipelineProgress value)
    {
        lock (_lock)
        {
            var line = ConsoleOutput.Clean($"{ProgressView.Title(value)}: {value.Message}");
            if (line != _last)
            {
                _last = line;
                output.WriteLine(line);
            }
        }
    }
}
