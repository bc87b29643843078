using System.Globalization;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Yaml;

namespace EdgeSync.Reconciliation.Windows;

/// <summary>How long a download takes at this site.</summary>
/// <param name="Duration">How long, in whole seconds, rounded up.</param>
/// <param name="Bytes">How many bytes are to come.</param>
/// <param name="Rate">The rate that was seen, in bytes a second.</param>
/// <param name="Samples">How many downloads it was seen in.</param>
public sealed record DownloadEstimate(TimeSpan Duration, long Bytes, double Rate, int Samples)
{
    private const double Mebi = 1024 * 1024;

    // Longer than any mission; and a duration of a rate of almost nothing does not fit into the type.
    private const double LongestSeconds = 365.0 * 24 * 3600;

    /// <summary>
    /// By the rate of this channel's last downloads taken together, so that small ones, which are mostly waiting, do not count much; null where none was measured.
    /// </summary>
    public static DownloadEstimate? For(string channel, long bytes, IStageHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var measured = history.Last(channel, PipelineStage.Fetch).Where(fetch => fetch is { Bytes: > 0, Took.Ticks: > 0 }).ToList();
        if (measured.Count == 0)
        {
            return null;
        }

        var rate = measured.Sum(fetch => (double)fetch.Bytes!) / measured.Sum(fetch => fetch.Took.TotalSeconds);
        return new DownloadEstimate(TimeSpan.FromSeconds(Math.Min(LongestSeconds, Math.Ceiling(bytes / rate))), bytes, rate, measured.Count);
    }

    /// <summary>For people: how long, of what, and by what.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"about {UnitText.Duration(Duration)} for {Bytes / Mebi:0.0} MiB at {Rate / Mebi:0.00} MiB/s, the rate of the last {Samples} downloads here");
}
