namespace EdgeSync.Reconciliation.Steps;

/// <summary>Whether a staged bundle may be activated now.</summary>
internal abstract record GateDecision
{
    private GateDecision()
    {
    }

    /// <summary>It may.</summary>
    public sealed record Open : GateDecision;

    /// <summary>Not now; ask again, at the latest at <paramref name="Until"/>.</summary>
    /// <param name="Reason">The reason code.</param>
    /// <param name="Message">One sentence for people.</param>
    /// <param name="Until">When it may change, or null where somebody must act.</param>
    /// <param name="Hint">What somebody can do about it, or null.</param>
    public sealed record Wait(string Reason, string Message, DateTimeOffset? Until, string? Hint = null) : GateDecision;

    /// <summary>Never, for this release.</summary>
    /// <param name="Reason">The reason code.</param>
    /// <param name="Message">One sentence for people.</param>
    public sealed record Closed(string Reason, string Message) : GateDecision;
}
