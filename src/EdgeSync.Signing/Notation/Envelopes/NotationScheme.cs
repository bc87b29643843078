namespace EdgeSync.Signing.Notation.Envelopes;

/// <summary>Who confirms the time of a signature (signing-scheme.md of the specification).</summary>
internal enum NotationScheme
{
    /// <summary>A user signs; a timestamp authority may say when.</summary>
    X509,

    /// <summary>A signing authority signs for a user, and states the time.</summary>
    SigningAuthority,
}
