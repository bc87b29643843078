namespace EdgeSync.Agent.Time;

/// <summary>
/// The time at which the certificate of the site's own API server is judged: what is proven, while the machine's clock is doubted. A clock in 2099 may
/// keep new things out, and must not keep the agent from looking after what runs.
/// </summary>
internal sealed class ClusterTime(SiteClock clock) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => clock.IsTrusted ? clock.GetUtcNow() : clock.Proven ?? clock.GetUtcNow();
}
