using EdgeSync.Agent.State;
using EdgeSync.Primitives.Failures;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Time;

/// <summary>
/// Notes on disk how late it is, so that a power cut takes an hour of the site's knowledge at most; and says when the clock comes into doubt or is right
/// again. <paramref name="changed"/> tells those who show the status.
/// </summary>
internal sealed partial class TimeKeeper(SiteStore store, SiteClock clock, Action changed, ILogger<TimeKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Note = TimeSpan.FromHours(1);

    private string? _told;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var noted = clock.GetTimestamp();
        while (true)
        {
            TellDoubt();
            await Task.Delay(Look, clock, stoppingToken);
            if (clock.GetElapsedTime(noted) >= Note)
            {
                noted = clock.GetTimestamp();
                NoteTime();
            }
        }
    }

    private void TellDoubt()
    {
        var doubt = clock.Doubt;
        if (doubt?.Reason == _told)
        {
            return;
        }

        _told = doubt?.Reason;
        if (doubt is null)
        {
            LogTrusted();
        }
        else
        {
            LogDoubted(doubt.Message);
        }

        changed();
    }

    private void NoteTime()
    {
        try
        {
            store.NoteTime();
        }
        catch (StorageException failure)
        {
            LogNotNoted(failure.Reason, failure.Message);
        }
    }

    [LoggerMessage(AgentEventIds.ClockDoubted, LogLevel.Warning, "The clock is doubted: {Message}")]
    private partial void LogDoubted(string message);

    [LoggerMessage(AgentEventIds.ClockTrustedAgain, LogLevel.Information, "Nothing speaks against the clock any more")]
    private partial void LogTrusted();

    [LoggerMessage(AgentEventIds.HourNotNoted, LogLevel.Warning, "Cannot note the time, {Reason}: {Message}")]
    private partial void LogNotNoted(string reason, string message);
}
