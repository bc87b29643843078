using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Steps;

/// <summary>How applying and confirming a bundle ended.</summary>
internal abstract record ActivationOutcome
{
    private ActivationOutcome()
    {
    }

    /// <summary>Every object is healthy.</summary>
    /// <param name="Changed">What applying changed, in words; empty where nothing differed.</param>
    public sealed record Healthy(IReadOnlyList<string> Changed) : ActivationOutcome;

    /// <summary>It did not work.</summary>
    /// <param name="Trouble">Why.</param>
    public sealed record Failed(Trouble Trouble) : ActivationOutcome;

    /// <summary>A newer release came meanwhile; whether this one would have become healthy matters no more.</summary>
    public sealed record Superseded : ActivationOutcome;
}
