namespace EdgeSync.Signing.Notation;

/// <summary>The result of a check.</summary>
public enum NotationCheckOutcome
{
    /// <summary>The check passed.</summary>
    Passed,

    /// <summary>The check failed, or its result cannot be known.</summary>
    Failed,

    /// <summary>The check was not made: the level skips it, or an earlier check failed.</summary>
    NotMade,
}
