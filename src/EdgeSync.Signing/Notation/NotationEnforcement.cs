namespace EdgeSync.Signing.Notation;

/// <summary>What happens if a check fails.</summary>
public enum NotationEnforcement
{
    /// <summary>The signature is not trusted.</summary>
    Enforced,

    /// <summary>The failure is only logged.</summary>
    Logged,

    /// <summary>The check is not made.</summary>
    Skipped,
}
