using System.Text.Json;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Agent.Trust;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Policies;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Agent.Planning;

/// <summary>
/// What the site's disk says about its channels, its clock and its trust. Reading it takes no lock and changes nothing, so that it works beside a running
/// daemon and without one.
/// </summary>
internal sealed class SiteSnapshot
{
    private readonly Dictionary<string, ChannelRecord> _records;
    private readonly TrustStanding? _standing;

    private SiteSnapshot(Dictionary<string, ChannelRecord> records, SiteClock clock, TrustPolicy policy, TrustStanding? standing)
    {
        _records = records;
        Clock = clock;
        Policy = policy;
        _standing = standing;
    }

    public SiteClock Clock { get; }

    /// <summary>Whose signatures the site accepts.</summary>
    public TrustPolicy Policy { get; }

    /// <summary>Raises a <see cref="StorageException"/> where this user may not read the state. A site that never ran has no state, which is no failure.</summary>
    public static async Task<SiteSnapshot> ReadAsync(AgentConfiguration configuration, TimeProvider machine, CancellationToken cancellationToken)
    {
        var (records, clock) = Read(configuration, machine);
        if (configuration.Trust.Root is not { } root)
        {
            return new SiteSnapshot(records, clock, await configuration.Trust.LoadPolicyAsync(cancellationToken), standing: null);
        }

        var load = await SiteTrust.StoreOf(configuration).ReadAsync(root, configuration.Fleet, cancellationToken);
        var standing = TrustStanding.Of(load.State, load.Marks, load.Problem, generation: 1);
        return new SiteSnapshot(records, clock, standing.Policy, standing);
    }

    /// <summary>What the site knows of this channel.</summary>
    public ChannelRecord RecordOf(string channel) => _records.GetValueOrDefault(channel) ?? new ChannelRecord { Channel = channel };

    /// <summary>Why this bundle was revoked, or null.</summary>
    public Failure? FindRevocation(Primitives.Digest bundle) => _standing?.FindRevocation(bundle);

    private static (Dictionary<string, ChannelRecord> Records, SiteClock Clock) Read(AgentConfiguration configuration, TimeProvider machine)
    {
        var path = AgentDirectories.Database(configuration);
        try
        {
            var database = SqliteDatabase.OpenToRead(path, SiteSchema.Steps.Count, SiteSchema.OldestReadable);
            using var connection = database.Connect();
            using var snapshot = connection.BeginTransaction(deferred: true);
            return (
                configuration.Channels.ToDictionary(channel => channel.Name, channel => SiteStore.Load(connection, channel.Name), StringComparer.Ordinal),
                SiteSettings.CreateClock(connection, remembered: null, machine));
        }
        catch (StorageException missing) when (missing.Reason == SqliteDatabase.Missing)
        {
            return ([], new SiteClock(machine, proven: null));
        }
        catch (Exception failure) when (failure is SqliteException or JsonException or FormatException)
        {
            throw new StorageException("StateNotRead", $"cannot read the site's state: {StateFailures.Describe(failure)}", failure) { Subject = path };
        }
    }
}
