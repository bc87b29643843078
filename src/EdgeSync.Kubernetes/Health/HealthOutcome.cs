namespace EdgeSync.Kubernetes.Health;

/// <summary>How a wait for health ended.</summary>
public abstract record HealthOutcome
{
    private HealthOutcome()
    {
    }

    /// <summary>These groups are current, and they are enough.</summary>
    public sealed record Healthy(IReadOnlySet<string> Groups) : HealthOutcome;

    /// <summary>These of a group cannot become healthy by themselves.</summary>
    public sealed record Failed(IReadOnlyList<ObjectHealth> Reasons, string Group) : HealthOutcome;

    /// <summary>The deadline of a group is over, and these of it are still on their way.</summary>
    public sealed record TimedOut(IReadOnlyList<ObjectHealth> Missing, string Group) : HealthOutcome;
}
