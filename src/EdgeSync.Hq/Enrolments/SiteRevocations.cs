using Dapper;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Storage;
using EdgeSync.Sqlite;

namespace EdgeSync.Hq.Enrolments;

/// <summary>
/// Revokes a site, so that it cannot renew its certificate, or lifts the revocation. The current certificate still works at the broker until it expires.
/// HQ still accepts the messages of a revoked site and shows that it is revoked.
/// </summary>
internal sealed partial class SiteRevocations(
    SqliteDatabase database, FleetStore store, FleetProjection fleet, FleetLock fleetLock, TimeProvider clock, ILogger<SiteRevocations> logger)
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

    private void Write(SiteState site, DateTimeOffset? revokedAt) => fleetLock.Run(() =>
    {
        using var connection = database.Connect();
        connection.Execute("UPDATE sites SET revoked_at = @RevokedAt WHERE id = @Id", new { RevokedAt = revokedAt, site.Id });
        fleet.Replace([store.Load(site.Key)]);
        return true;
    });

    [LoggerMessage(HqEventIds.SiteRevoked, LogLevel.Warning, "{User} revoked {Site}")]
    private static partial void LogRevoked(ILogger logger, SiteKey site, string user);

    [LoggerMessage(HqEventIds.RevocationLifted, LogLevel.Information, "{User} lifted the revocation of {Site}")]
    private static partial void LogLifted(ILogger logger, SiteKey site, string user);
}
