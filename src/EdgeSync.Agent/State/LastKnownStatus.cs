using System.Text.Json;
using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Holds;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Agent.State;

/// <summary>
/// What the site's database says while no agent runs: what was written last, and nothing of what only a running agent knows. Reading it takes
/// no lock and changes nothing.
/// </summary>
internal static class LastKnownStatus
{
    /// <summary>Raises a <see cref="StorageException"/> where there is no database, or this user may not read it.</summary>
    public static SiteStatus Read(AgentConfiguration configuration, TimeProvider machine)
    {
        var path = AgentDirectories.Database(configuration);
        try
        {
            var database = SqliteDatabase.OpenToRead(path, SiteSchema.Steps.Count);
            using var connection = database.Connect();
            using var moment = connection.BeginTransaction(deferred: true);
            var written = Facts.ReadLastSeen(connection) ?? File.GetLastWriteTimeUtc(path);
            return Read(connection, configuration, written, Facts.CreateClock(connection, remembered: null, machine));
        }
        catch (Exception failure) when (failure is SqliteException or JsonException or FormatException)
        {
            throw new StorageException("StateNotRead", $"cannot read the site's state: {failure.Message}", failure) { Subject = path };
        }
    }

    private static SiteStatus Read(SqliteConnection connection, AgentConfiguration configuration, DateTimeOffset written, SiteClock clock)
    {
        var records = configuration.Channels.Select(channel => SiteStore.Load(connection, channel.Name)).ToList();
        var holds = HoldStore.Load(connection).Where(hold => !(hold.Expires <= clock.GetUtcNow())).Select(HoldDesk.StatusOf).ToList();
        var (number, confirmed) = Ledger.Ends(connection);
        return new SiteStatus
        {
            Fleet = configuration.Fleet,
            Site = configuration.Site,
            Labels = configuration.Labels,
            Agent = VersionCommand.Current,
            Live = false,
            At = written,
            ClockTrusted = clock.IsTrusted,
            Channels = [.. records.Select(ChannelStatusBuilder.LastKnown)],
            Holds = holds.Count > 0 ? holds : null,
            Notices = clock.Doubt is { } doubt ? [doubt] : null,
            Evidence = EvidenceFolder.Read(EvidenceFolder.PathOf(configuration.StateDirectory)) is { Count: > 0 } evidence ? evidence : null,
            OutboxLength = number - confirmed,
            LedgerNumber = number,
            Fingerprint = SiteFingerprint.Of(records.Select(record => (record.Channel, record.Fingerprint))),
        };
    }
}
