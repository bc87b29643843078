using EdgeSync.Primitives;

namespace EdgeSync.Contracts.Trust;

/// <summary>
/// Keys and bundles that are revoked at once: the payload of a DSSE envelope (payload type <see cref="MediaType"/>) that the root keys sign between two
/// roots. Each list contains everything of the list before.
/// </summary>
public sealed record RevocationRecord
{
    /// <summary>The payload type in the envelope and the artifact type in the registry.</summary>
    public const string MediaType = "application/vnd.edgesync.revocations.v1+json";

    /// <summary>The value of <see cref="Schema"/> that this version reads and writes.</summary>
    public const string CurrentSchema = "edgesync.dev/revocations/v1";

    /// <summary>The format's name and version.</summary>
    public string Schema { get; set; } = CurrentSchema;

    /// <summary>The fleet whose sites this list is for.</summary>
    public required string Fleet { get; init; }

    /// <summary>Rises by any amount with each list; from 1 on.</summary>
    public required long Number { get; init; }

    /// <summary>The version of the root whose keys sign it.</summary>
    public required long RootVersion { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>Identifiers of keys that count nowhere any more, in any role.</summary>
    public required IReadOnlyList<Digest> Keys { get; init; }

    /// <summary>Digests of bundles that must not be activated, even with valid signatures.</summary>
    public required IReadOnlyList<Digest> Bundles { get; init; }

    /// <summary>Why, in words for the people at the sites; or null.</summary>
    public string? Note { get; init; }
}
