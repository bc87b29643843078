using EdgeSync.Signing.Sigstore.Logs;

namespace EdgeSync.Signing.Sigstore;

/// <summary>Which evidence a bundle must have in addition to its signature. Any further evidence in it must also be valid.</summary>
public sealed record SigstoreRequirements
{
    /// <summary>What public Sigstore clients require: one log entry, one proven time and one certificate log.</summary>
    public static SigstoreRequirements Default { get; } = new();

    /// <summary>A signature with a known key and nothing else.</summary>
    public static SigstoreRequirements SignatureOnly { get; } = new() { Logs = 0, ProvenTimes = 0, CertificateLogs = 0 };

    /// <summary>How many different transparency logs must hold the signature. Default 1.</summary>
    public int Logs { get; init; } = 1;

    /// <summary>Whose cosignatures under the checkpoints of logs count; each with a key of its own. Default none.</summary>
    public IReadOnlyList<LogWitness> Witnesses { get; init; } = [];

    /// <summary>How many of <see cref="Witnesses"/> must have cosigned a log's checkpoint for the log to count. Default 0.</summary>
    public int Cosignatures { get; init; }

    /// <summary>How many different timestamp authorities (RFC 3161) must have seen the signature. Default 0.</summary>
    public int TimestampAuthorities { get; init; }

    /// <summary>
    /// For a certificate: how many proven times there must be, of logs or of timestamp authorities. Default 1. With 0 and none proven,
    /// <see cref="CurrentTime"/> is taken instead.
    /// </summary>
    public int ProvenTimes { get; init; } = 1;

    /// <summary>For a certificate: how many different certificate transparency logs must know it. Default 1.</summary>
    public int CertificateLogs { get; init; } = 1;

    /// <summary>The current time as far as the caller knows it; used only where no time is proven. Null if the caller does not know.</summary>
    public DateTimeOffset? CurrentTime { get; init; }
}
