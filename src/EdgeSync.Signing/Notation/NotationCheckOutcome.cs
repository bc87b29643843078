namespace EdgeSync.Signing.Notation;

/// <summary>How a check ended.</summary>
public enum NotationCheckOutcome
{
    /// <summary>It holds.</summary>
    Passed,

    /// <summary>It does not hold, or nobody can say.</summary>
    Failed,

    /// <summary>It was not made: the level skips it, or one before it failed.</summary>
    NotMade,
}
