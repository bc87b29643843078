using EdgeSync.Primitives;

namespace EdgeSync.Contracts.Trust;

/// <summary>
/// The keys of each role from now on: the payload of a DSSE envelope (payload type <see cref="MediaType"/>) that the root keys
/// of the version before and its own root keys have signed. It corresponds to the root role of TUF.
/// </summary>
public sealed record TrustRootRecord
{
    /// <summary>The payload type in the envelope and the artifact type in the registry.</summary>
    public const string MediaType = "application/vnd.edgesync.trust-root.v1+json";

    /// <summary>The value of <see cref="Schema"/> that this version reads and writes.</summary>
    public const string CurrentSchema = "edgesync.dev/trust-root/v1";

    /// <summary>The format's name and version.</summary>
    public string Schema { get; set; } = CurrentSchema;

    /// <summary>The fleet whose sites this root is for (see <see cref="EntityName"/>).</summary>
    public required string Fleet { get; init; }

    /// <summary>Rises by exactly one with each root.</summary>
    public required long Version { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>After this time, while no newer root is known, a site begins no new change, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Who signs the next root, and lists of revocations.</summary>
    public required TrustRole Roots { get; init; }

    /// <summary>Who signs release records.</summary>
    public required TrustRole Releases { get; init; }

    /// <summary>Who signs bundles.</summary>
    public required TrustRole Bundles { get; init; }

    /// <summary>A whole policy in place of <see cref="Releases"/> and <see cref="Bundles"/>; null when those two are used.</summary>
    public TrustPolicyText? Policy { get; init; }

    /// <summary>Identifiers (SHA-256 of the SubjectPublicKeyInfo) of keys that no longer count anywhere; null when there are none.</summary>
    public IReadOnlyList<Digest>? RevokedKeys { get; init; }
}
