using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Storage;
using EdgeSync.Sqlite;

namespace EdgeSync.Hq.Enrolments;

/// <summary>
/// Takes a site's right to renew its certificate away, or gives it back. What it has still works at the broker until it ends; what it says is still
/// heard, and shown as of a revoked site.
/// </summary>
internal sealed partial class SiteRevocations(
    SqliteDatabase database, FleetStore store, FleetProjection fleet, FleetGate gate, TimeProvider clock, ILogger<SiteRevocations> logger)
{
    public void Revoke(SiteState site, string by)
    {
        Write(site, clock.GetUtcNow());
        LogRevoked(logger, site.Key, by);
    }

    public void Lift(SiteState site, string by)
    {
        Write(site, null);
        LogLifted(logger, site.Key, by);
    }

    private void Write(SiteState site, DateTimeOffset? revokedAt) => gate.Run(() =>
    {
        using var connection = database.Connect();
        connection.Execute(null, "UPDATE sites SET revoked_at = @at WHERE id = @id", ("@at", revokedAt), ("@id", site.Id));
        fleet.Replace([store.Load(site.Key)]);
        return true;
    });

    [LoggerMessage(HqEventIds.SiteRevoked, LogLevel.Warning, "{Site} was revoked by {User}")]
    private static partial void LogRevoked(ILogger logger, SiteKey site, string user);

    [LoggerMessage(HqEventIds.RevocationLifted, LogLevel.Information, "The revocation of {Site} was lifted by {User}")]
    private static partial void LogLifted(ILogger logger, SiteKey site, string user);
}
