using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Signing.Releases;

/// <summary>
/// What a site notes where a channel follows a plain tag: which bundle the tag named. It takes the place of a signed release in the site's own record. It is no
/// envelope, nobody signs it, and no registry holds one, so that it cannot be mistaken for a release.
/// </summary>
public sealed record TagNote
{
    /// <summary>The value of <see cref="Schema"/>.</summary>
    public const string CurrentSchema = "edgesync.dev/tag-note/v1";

    /// <summary>The format's name and version.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>The channel.</summary>
    public required string Channel { get; init; }

    /// <summary>Counts the bundles that the tag has named at this site, from 1. It orders nothing between sites.</summary>
    public required long Number { get; init; }

    /// <summary>What the tag named.</summary>
    public required BundleRevision Bundle { get; init; }

    /// <summary>When the site found it, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The note as the site stores it.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, SigningJsonContext.Default.TagNote);

    /// <summary>Reads a note that the site stored; false for anything else, such as a release's envelope.</summary>
    public static bool TryRead(ReadOnlySpan<byte> stored, [NotNullWhen(true)] out TagNote? note)
    {
        try
        {
            note = StrictJson.Read(stored, SigningJsonContext.Default.TagNote);
        }
        catch (JsonException)
        {
            note = null;
        }

        note = note?.Schema == CurrentSchema ? note : null;
        return note is not null;
    }

    /// <summary>The note as the rest of the pipeline reads a release. It never expires: a plain tag says nothing about time.</summary>
    internal ReleaseRecord ToRelease() => new()
    {
        Channel = Channel,
        Sequence = Number,
        Bundle = Bundle,
        IssuedAt = At,
        ExpiresAt = Never,
    };

    private static readonly DateTimeOffset Never = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);
}
