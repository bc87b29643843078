using System.Text.Json.Serialization;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;

namespace EdgeSync.Contracts.Acknowledgements;

/// <summary>The release that an acknowledgement is about.</summary>
/// <param name="Channel">Its channel.</param>
/// <param name="Sequence">Its sequence, or 0 when the record could not be read.</param>
/// <param name="Digest">The bundle's digest; when no record was accepted, the digest of the artifact that was found.</param>
/// <param name="Name">The bundle's name, or null when it is unknown.</param>
/// <param name="Version">The bundle's version, or null when it is unknown.</param>
/// <param name="Epoch">The epoch that its sequence counts in.</param>
public sealed record AcknowledgedRelease(
    string Channel,
    long Sequence,
    Digest Digest,
    string? Name = null,
    string? Version = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Epoch = 0)
{
    /// <summary>By when the release should be active at the sites, UTC, as its record says; null where it does not say. Nothing waits for it.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Sequence and epoch for people: <c>42</c>, or <c>42 of epoch 1</c>.</summary>
    [JsonIgnore]
    public string Number => ReleaseNumber.Describe(Sequence, Epoch);
}
