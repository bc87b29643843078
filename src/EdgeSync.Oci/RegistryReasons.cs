namespace EdgeSync.Oci;

/// <summary>The reason codes of <see cref="RegistryException"/>. They are stable: never renamed, never given another meaning.</summary>
public static class RegistryReasons
{
    /// <summary>No connection, no answer in time, or a connection that broke before the answer.</summary>
    public const string RegistryUnreachable = nameof(RegistryUnreachable);

    /// <summary>The connection broke in the middle of content.</summary>
    public const string ConnectionLost = nameof(ConnectionLost);

    /// <summary>Content came, but slower than the least that is accepted, or stopped coming.</summary>
    public const string TransferTooSlow = nameof(TransferTooSlow);

    /// <summary>The TLS handshake failed: unknown authority, wrong name, expired certificate, or no TLS at all.</summary>
    public const string TlsRejected = nameof(TlsRejected);

    /// <summary>The registry does not accept the credentials, or wants some and there are none.</summary>
    public const string Unauthorized = nameof(Unauthorized);

    /// <summary>The credentials are accepted, but may not do this.</summary>
    public const string Denied = nameof(Denied);

    /// <summary>There is no such repository, tag, manifest or blob.</summary>
    public const string NotFound = nameof(NotFound);

    /// <summary>The registry wants fewer requests.</summary>
    public const string RateLimited = nameof(RateLimited);

    /// <summary>The registry answered with a server error.</summary>
    public const string RegistryError = nameof(RegistryError);

    /// <summary>The registry answered something that the OCI distribution specification does not allow, or that is not safe to follow.</summary>
    public const string ProtocolViolation = nameof(ProtocolViolation);

    /// <summary>The registry refused what was pushed.</summary>
    public const string PushRejected = nameof(PushRejected);

    /// <summary>Bytes do not have the digest they were asked for by.</summary>
    public const string DigestMismatch = nameof(DigestMismatch);

    /// <summary>Content is larger than it says or than is accepted.</summary>
    public const string ContentTooLarge = nameof(ContentTooLarge);

    /// <summary>A blob is larger than this site fetches.</summary>
    public const string BlobTooLarge = nameof(BlobTooLarge);

    /// <summary>A manifest or index cannot be read, or contradicts itself.</summary>
    public const string ManifestInvalid = nameof(ManifestInvalid);

    /// <summary>An image index has nothing for this platform.</summary>
    public const string PlatformMissing = nameof(PlatformMissing);

    /// <summary>The configured credentials, certificate or key cannot be used.</summary>
    public const string CredentialsInvalid = nameof(CredentialsInvalid);
}
