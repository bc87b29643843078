using System.Globalization;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation.State;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Night;

/// <summary>
/// Writes one report into the ledger when the last window of a night has closed, or at the configured time: what was planned, what was done, and what was not
/// and why. A report that was due while the agent did not run comes at its start, one for all of that time.
/// </summary>
/// <param name="configuration">When windows close and reports are due.</param>
/// <param name="status">The status of every channel now.</param>
/// <param name="ledger">Where the report goes, and what happened.</param>
/// <param name="database">Keeps until when the last report counts.</param>
/// <param name="time">The site's time.</param>
/// <param name="logger">Where a report is logged too.</param>
internal sealed partial class NightReporter(
    AgentConfiguration configuration, Func<IReadOnlyList<ChannelStatus>> status, Ledger ledger, SqliteDatabase database, SiteClock time, ILogger<NightReporter> logger) : BackgroundService
{
    /// <summary>What the end of a window has interrupted has settled by then.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);

    /// <summary>How long after the end an activation that has begun is waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    // The machine's clock may be set at any time, which no timer notices.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(1);

    private readonly AsyncSignal _changed = new();

    // Since when the next report counts, and when it is due. Each change of the status makes a look; the database is asked once, and the windows once a report.
    private DateTimeOffset? _from;
    private DateTimeOffset? _due;

    private NightSchedule Schedule { get; } = new(
        [.. configuration.Channels.Select(configuration.WindowsOf).SelectMany(windows => new[] { windows.Download, windows.Activate })], configuration.Report.At, configuration.TimeZone);

    /// <summary>Looks again: the status has changed.</summary>
    public void Wake() => _changed.Set();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (configuration.Report.IsOff)
        {
            return;
        }

        while (true)
        {
            await _changed.WaitAsync(Look(), time, stoppingToken);
        }
    }

    // Returns how long to wait before the next look; a change of the site's status ends the wait.
    private TimeSpan Look()
    {
        try
        {
            var now = time.GetUtcNow();
            var from = Begin(now);
            if (_due is not { } due)
            {
                return LookAgain;
            }

            if (now < due)
            {
                return due - now < LookAgain ? due - now : LookAgain;
            }

            var channels = status();
            if (channels.Any(channel => channel.State == ChannelState.Progressing) && now < due + Patience)
            {
                return LookAgain;
            }

            Report(from, now, channels);
            return TimeSpan.Zero;
        }
        catch (Exception failure) when (failure is SqliteException or EdgeSyncException)
        {
            LogNotReported(failure is SqliteException sqlite ? StateFailures.Describe(sqlite) : failure.Message);
            return Retry;
        }
    }

    // Since when the next report counts. A clock that was wrong must not put it off for years.
    private DateTimeOffset Begin(DateTimeOffset now)
    {
        if (_from is { } known && known <= now)
        {
            return known;
        }

        using var connection = database.Connect();
        if (SiteSettings.ReadTime(connection, SiteSettings.NightReported) is { } last && last <= now)
        {
            return Begun(last);
        }

        Write(connection, now);
        return Begun(now);
    }

    private DateTimeOffset Begun(DateTimeOffset from)
    {
        (_from, _due) = (from, Schedule.NextAfter(from) + Settled);
        return from;
    }

    private void Report(DateTimeOffset from, DateTimeOffset until, IReadOnlyList<ChannelStatus> channels)
    {
        var entries = new LedgerReader(database).NewestFirst().TakeWhile(entry => entry.At > from).Reverse().ToList();
        NightReport report;
        using (var connection = database.Connect())
        using (var transaction = connection.BeginTransaction())
        {
            report = NightReportBuilder.Build(from, until, entries, channels, TransferLog.Between(connection, from, until)) with { Next = Schedule.NextAfter(until) };
            ledger.Append(connection, new AcknowledgementDraft(AcknowledgementEvent.NightReport, Release: null)
            {
                Reason = report.Outcome > NightOutcome.Done ? ReasonCodes.NightIncomplete : null,
                Message = NightReportBuilder.Describe(report),
                Night = report,
            });
            Write(connection, until);
            transaction.Commit();
        }

        Begun(until);
        ledger.NotifyAppended();
        LogReported(report.Outcome, NightReportBuilder.Describe(report));
    }

    private static void Write(SqliteConnection connection, DateTimeOffset until) =>
        SiteSettings.Write(connection, SiteSettings.NightReported, until.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));

    [LoggerMessage(AgentEventIds.NightReported, LogLevel.Information, "The night has ended, {Outcome}: {Message}")]
    private partial void LogReported(NightOutcome outcome, string message);

    [LoggerMessage(AgentEventIds.NightNotReported, LogLevel.Error, "The report of the night cannot be written, will try again: {Message}")]
    private partial void LogNotReported(string message);
}
