namespace EdgeSync.Agent.Time;

/// <summary>
/// The time for checking the certificate of the site's own API server: the proven time while the machine's clock is doubted. A clock in 2099 may keep new
/// releases out, but must not keep the agent from repairing what runs.
/// </summary>
internal sealed class ClusterTime(SiteClock clock) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => clock.IsTrusted ? clock.GetUtcNow() : clock.Proven ?? clock.GetUtcNow();
}
