namespace EdgeSync.Signing.Notation;

/// <summary>When a timestamp is required (<c>verifyTimestamp</c> in a trust policy).</summary>
public enum NotationTimestampUse
{
    /// <summary>Each signature of a user needs one.</summary>
    Always,

    /// <summary>Only if one of the certificates is not valid now.</summary>
    AfterCertificateExpiry,
}
