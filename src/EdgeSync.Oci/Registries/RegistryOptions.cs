using EdgeSync.Oci.Registries.Authentication;

namespace EdgeSync.Oci.Registries;

/// <summary>How one registry is spoken to.</summary>
public sealed record RegistryOptions
{
    /// <summary>Host, or host and port, as references name it. <c>docker.io</c> is sent to <c>registry-1.docker.io</c>.</summary>
    public required string Host { get; init; }

    /// <summary>Speak HTTP without TLS. Credentials then travel in the clear. Default: false.</summary>
    public bool PlainHttp { get; init; }

    /// <summary>A PEM file with what the registry's certificate must lead to, in place of the system's authorities: roots, authorities below
    /// them, or the registry's own certificate. Read again when it changes. It is for this host; hosts that the registry redirects to are judged by the
    /// system's authorities. Default: the system's.</summary>
    public string? CertificateAuthorityFile { get; init; }

    /// <summary>A PEM file with the client certificate, and with its chain where it needs one. Default: none.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>A PEM file with the client certificate's key. Default: none.</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>Who to log in as, where that never changes. Default: nobody.</summary>
    public RegistryCredential? Credential { get; init; }

    /// <summary>Where the credentials come from that may change; counts before <see cref="Credential"/>. The client disposes of it.
    /// Default: none.</summary>
    public ICredentialSource? CredentialSource { get; init; }

    /// <summary>The longest wait for a connection. Default: 10 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait for an answer to begin, and for a manifest or another small answer to be whole. Default: 30 seconds.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a transfer may bring no bytes before it is ended and tried again. Default: 30 seconds.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The lowest speed of a transfer over <see cref="SpeedWindow"/>, in bytes a second; 0 for any. Default: 256.</summary>
    public int MinimumBytesPerSecond { get; init; } = 256;

    /// <summary>The time over which the speed is looked at. Default: 60 seconds.</summary>
    public TimeSpan SpeedWindow { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a request is tried again after a failure that may pass. Default: 3.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary>The first wait between tries; each is twice the one before, and a random part of it is waited. Default: half a second.</summary>
    public TimeSpan FirstRetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The longest wait between tries. Where the registry asks for a longer one, the failure is raised with its
    /// <see cref="EdgeSync.Primitives.Failures.EdgeSyncException.RetryAfter"/>. Default: 20 seconds.
    /// </summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Receives the time that the registry sends over TLS, with each answer that does not come from a cache. Default: null.</summary>
    public Action<DateTimeOffset>? TimeSeen { get; init; }

    /// <summary>How much is sent in one request when a large blob is pushed, in bytes. Default: 8 MiB.</summary>
    public int UploadChunkSize { get; init; } = 8 * 1024 * 1024;

    internal Uri BaseAddress => new($"{(PlainHttp ? "http" : "https")}://{(Host == References.OciReference.DockerHub ? "registry-1.docker.io" : Host)}/");
}
