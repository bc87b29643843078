namespace EdgeSync.Signing.Notation;

/// <summary>What becomes of a check that fails.</summary>
public enum NotationEnforcement
{
    /// <summary>The signature is not trusted.</summary>
    Enforced,

    /// <summary>It is told, and nothing else.</summary>
    Logged,

    /// <summary>The check is not made.</summary>
    Skipped,
}
