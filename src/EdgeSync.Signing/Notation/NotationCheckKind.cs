namespace EdgeSync.Signing.Notation;

/// <summary>The five validations of the specification (trust-store-trust-policy.md).</summary>
public enum NotationCheckKind
{
    /// <summary>Whether the envelope is complete, its signature is valid, and it is of the expected artifact.</summary>
    Integrity,

    /// <summary>Whether a signer that the site trusts has signed.</summary>
    Authenticity,

    /// <summary>Whether the signature has not expired.</summary>
    Expiry,

    /// <summary>Whether the signature was made while its certificates were valid.</summary>
    AuthenticTimestamp,

    /// <summary>Whether the certificates were revoked. Nothing is fetched to find out.</summary>
    Revocation,
}
