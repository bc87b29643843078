using EdgeSync.Primitives;

namespace EdgeSync.Contracts.Acknowledgements;

/// <summary>
/// The trust that a site uses from this acknowledgement on: another root or another list of revocations than before. The event of such an entry is
/// <see cref="AcknowledgementEvent.Received"/>, which every HQ knows; an HQ that does not know this member shows the entry's message.
/// </summary>
public sealed record AcknowledgedTrust
{
    /// <summary>The version of the root that counts.</summary>
    public required long Version { get; init; }

    /// <summary>The version that counted before; the same where only the list changed.</summary>
    public required long VersionBefore { get; init; }

    /// <summary>The number of the list of revocations in force; null when there is none.</summary>
    public long? Revocations { get; init; }

    /// <summary>The number of the list before; null when there was none, and the same number when only the root changed.</summary>
    public long? RevocationsBefore { get; init; }

    /// <summary>The digest of the signed bytes of the root or list that is new; null where a list is gone.</summary>
    public Digest? Payload { get; init; }
}
