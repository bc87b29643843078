namespace EdgeSync.Signing.Notation;

/// <summary>The five validations of the specification (trust-store-trust-policy.md).</summary>
public enum NotationCheckKind
{
    /// <summary>Whether the envelope is whole, its signature holds, and it is of the wanted artifact.</summary>
    Integrity,

    /// <summary>Whether somebody whom the site trusts has signed.</summary>
    Authenticity,

    /// <summary>Whether the signature is still within the time that its signer gave it.</summary>
    Expiry,

    /// <summary>Whether the signature was made while its certificates were valid.</summary>
    AuthenticTimestamp,

    /// <summary>Whether the certificates were revoked. Nothing is fetched to find out.</summary>
    Revocation,
}
