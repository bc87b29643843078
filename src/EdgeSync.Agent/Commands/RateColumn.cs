using System.Globalization;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Reconciliation;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EdgeSync.Agent.Commands;

/// <summary>Bytes and rate of a download; nothing for stages that count other things.</summary>
internal sealed class RateColumn : ProgressColumn
{
    private const string CountsBytes = "countsBytes";

    /// <summary>Notes what the bar counts.</summary>
    public static void Note(ProgressTask task, PipelineProgress progress) => task.State.Update<bool>(CountsBytes, _ => progress is { Stage: PipelineStage.Fetch, Total: not null });

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(
        task.State.Get<bool>(CountsBytes)
            ? $"{Bytes(task.Value)} of {Bytes(task.MaxValue)}{(task.Speed is { } speed ? $", {Bytes(speed)}/s" : "")}"
            : "");

    private static string Bytes(double bytes) => bytes switch
    {
        >= 1 << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 30):0.0} GiB"),
        >= 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 20):0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024:0} KiB"),
    };
}
