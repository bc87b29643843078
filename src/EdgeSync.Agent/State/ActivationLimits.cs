using System.Text.Json;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Agent.State;

/// <summary>
/// The deadline of a preflight, in the site's database: an agent that was killed keeps it after its next start. There is one at a time; a later preflight
/// replaces it. Safe for use by several threads.
/// </summary>
internal sealed class ActivationLimits : IActivationLimits
{
    private readonly SqliteDatabase _database;
    private volatile ActivationLimit? _limit;

    public ActivationLimits(SqliteDatabase database)
    {
        _database = database;
        using var connection = database.Connect();
        _limit = SiteSettings.Read(connection, SiteSettings.ActivationLimit) is { Length: > 0 } json
            ? JsonSerializer.Deserialize(json, MemoryJsonContext.Default.ActivationLimit)
            : null;
    }

    public event Action? Changed;

    public ActivationLimit? Current => _limit;

    /// <summary>Keeps this deadline from now on.</summary>
    public void Set(ActivationLimit limit) => Store(limit);

    /// <summary>Keeps none any more.</summary>
    public void Clear()
    {
        if (_limit is not null)
        {
            Store(null);
        }
    }

    private void Store(ActivationLimit? limit)
    {
        try
        {
            using var connection = _database.Connect();
            SiteSettings.Write(connection, SiteSettings.ActivationLimit, limit is null ? "" : JsonSerializer.Serialize(limit, MemoryJsonContext.Default.ActivationLimit));
        }
        catch (SqliteException failure)
        {
            throw StateFailures.NotWritten(failure);
        }

        _limit = limit;
        Changed?.Invoke();
    }
}
