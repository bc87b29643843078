using System.Text.Json;
using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Holds;
using EdgeSync.Agent.Time;
using EdgeSync.Agent.Trust;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Agent.State;

/// <summary>
/// The site's status from its database, while no agent runs: without what only a running agent knows. Reading it takes no lock and changes nothing.
/// </summary>
internal static class LastKnownStatus
{
    /// <summary>Raises a <see cref="StorageException"/> where there is no database, or this user may not read it.</summary>
    public static async Task<SiteStatus> ReadAsync(AgentConfiguration configuration, TimeProvider machine, CancellationToken cancellationToken)
    {
        var (status, now) = Read(configuration, machine);
        return status with { Trust = await ReadTrustAsync(configuration, now, cancellationToken) };
    }

    // The agent reports at its start when the pinned root cannot be used.
    private static async Task<TrustStatus?> ReadTrustAsync(AgentConfiguration configuration, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            return configuration.Trust.Root is null ? null : await SiteTrust.ReadLastKnownAsync(configuration, now, cancellationToken);
        }
        catch (EdgeSyncException)
        {
            return null;
        }
    }

    private static (SiteStatus Status, DateTimeOffset Now) Read(AgentConfiguration configuration, TimeProvider machine)
    {
        var path = AgentDirectories.Database(configuration);
        try
        {
            var database = SqliteDatabase.OpenToRead(path, SiteSchema.Steps.Count, SiteSchema.OldestReadable);
            using var connection = database.Connect();
            using var snapshot = connection.BeginTransaction(deferred: true);
            var written = SiteSettings.ReadLastSeen(connection) ?? File.GetLastWriteTimeUtc(path);
            var clock = SiteSettings.CreateClock(connection, remembered: null, machine);
            return (Read(connection, configuration, written, clock), clock.GetUtcNow());
        }
        catch (Exception failure) when (failure is SqliteException or JsonException or FormatException)
        {
            throw new StorageException("StateNotRead", $"cannot read the site's state: {StateFailures.Describe(failure)}", failure) { Subject = path };
        }
    }

    private static SiteStatus Read(SqliteConnection connection, AgentConfiguration configuration, DateTimeOffset written, SiteClock clock)
    {
        var records = configuration.Channels.Select(channel => SiteStore.Load(connection, channel.Name)).ToList();
        var holds = HoldStore.Load(connection).Where(hold => !(hold.Expires <= clock.GetUtcNow())).Select(HoldService.StatusOf).ToList();
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
            Channels = [.. records.Select(record => ChannelStatusBuilder.LastKnown(record, clock.GetUtcNow()))],
            Holds = holds.Count > 0 ? holds : null,
            Notices = clock.Doubt is { } doubt ? [doubt] : null,
            Evidence = EvidenceFolder.Read(EvidenceFolder.PathOf(configuration.StateDirectory)) is { Count: > 0 } evidence ? evidence : null,
            OutboxLength = number - confirmed,
            LedgerNumber = number,
            Fingerprint = SiteFingerprint.Of(records.Select(record => (record.Channel, record.Fingerprint))),
        };
    }
}
