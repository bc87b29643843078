using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.State;
using EdgeSync.Primitives.Failures;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Time;

/// <summary>
/// Writes the time to disk once an hour and when the agent stops, so that a power cut costs the site an hour of what it knows at most. Reports when the clock
/// becomes doubtful and when it is trusted again.
/// </summary>
internal sealed partial class TimeKeeper(SiteStore store, SiteClock clock, Site site, ILogger<TimeKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan WriteInterval = TimeSpan.FromHours(1);

    private string? _reported;

    /// <summary>'edgesync status' without an agent shows the last time that was written as the time when the agent stopped.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            store.NoteTime();
        }
        catch (StorageException failure)
        {
            LogStopNotWritten(failure.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var written = clock.GetTimestamp();
        while (true)
        {
            ReportDoubt();
            await Task.Delay(CheckInterval, clock, stoppingToken);
            if (clock.GetElapsedTime(written) >= WriteInterval)
            {
                written = clock.GetTimestamp();
                WriteTime();
            }
        }
    }

    private void ReportDoubt()
    {
        var doubt = clock.Doubt;
        if (doubt?.Reason == _reported)
        {
            return;
        }

        _reported = doubt?.Reason;
        if (doubt is null)
        {
            LogTrusted();
        }
        else
        {
            LogDoubted(doubt.Message);
        }

        site.NotifyChanged();
    }

    private void WriteTime()
    {
        try
        {
            store.NoteTime();
        }
        catch (StorageException failure)
        {
            LogNotWritten(failure.Reason, failure.Message);
        }
    }

    [LoggerMessage(AgentEventIds.ClockDoubted, LogLevel.Warning, "The clock is doubted: {Message}")]
    private partial void LogDoubted(string message);

    [LoggerMessage(AgentEventIds.ClockTrustedAgain, LogLevel.Information, "The clock is trusted again")]
    private partial void LogTrusted();

    [LoggerMessage(AgentEventIds.HourNotNoted, LogLevel.Warning, "Cannot write the time to disk, {Reason}: {Message}")]
    private partial void LogNotWritten(string reason, string message);

    [LoggerMessage(AgentEventIds.TimeNotNoted, LogLevel.Warning, "Cannot write to disk when the agent stopped: {Message}")]
    private partial void LogStopNotWritten(string message);
}
