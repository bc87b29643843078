namespace EdgeSync.Kubernetes.Health;

/// <summary>How a wait for health ended.</summary>
public abstract record HealthOutcome
{
    private HealthOutcome()
    {
    }

    /// <summary>All objects are current.</summary>
    public sealed record Healthy : HealthOutcome;

    /// <summary>These cannot become healthy by themselves.</summary>
    public sealed record Failed(IReadOnlyList<ObjectHealth> Reasons) : HealthOutcome;

    /// <summary>The deadline is over, and these are still on their way.</summary>
    public sealed record TimedOut(IReadOnlyList<ObjectHealth> Missing) : HealthOutcome;
}
