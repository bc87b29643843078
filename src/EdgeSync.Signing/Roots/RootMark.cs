using System.Globalization;
using System.Text;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Signing.Roots;

/// <summary>
/// The highest root that ever counted on a site. It is kept apart from the roots, so that roots out of an old backup do not count in silence.
/// </summary>
/// <param name="Fleet">The fleet of the root.</param>
/// <param name="Version">Its version.</param>
/// <param name="Payload">The digest of its signed bytes.</param>
public sealed record RootMark(string Fleet, long Version, Digest Payload)
{
    private const int MaxBytes = 1024;

    /// <summary>The mark of this root.</summary>
    public static RootMark Of(TrustRoot root)
    {
        ArgumentNullException.ThrowIfNull(root);
        return new RootMark(root.Record.Fleet, root.Version, root.Payload);
    }

    /// <summary>Why a site whose newest root is this one must not begin anything new; null where it may.</summary>
    public RootFault? FindFault(TrustRoot head)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (head.Record.Fleet != Fleet || head.Version > Version || (head.Version == Version && head.Payload == Payload))
        {
            return null;
        }

        var what = head.Version == Version
            ? "and this is another root with that version"
            : string.Create(CultureInfo.InvariantCulture, $"and its state holds {head.Version} only, as out of an old backup");
        return new RootFault(
            TrustReasons.RootRolledBack,
            string.Create(CultureInfo.InvariantCulture, $"this site has known trust root {Version}, {what}: nothing new is begun until it has root {Version} again"),
            "Nothing to do where the registry has the newer roots; else bring them: 'edgesync trust import FOLDER'.");
    }

    /// <summary>Reads the mark; null where there is none, or where it is damaged: the roots then say what counts.</summary>
    public static async Task<RootMark?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = await BoundedFile.TryReadAsync(path, MaxBytes, cancellationToken);
        return bytes is not null && Encoding.UTF8.GetString(bytes).TrimEnd('\n').Split(' ') is [var fleet, var number, var digest]
            && EntityName.IsValid(fleet)
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            && Digest.TryParse(digest, out var payload)
            ? new RootMark(fleet, version, payload)
            : null;
    }

    /// <summary>Writes the mark durably.</summary>
    public Task WriteAsync(string path, CancellationToken cancellationToken) => DurableFile.WriteAsync(
        path, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Fleet} {Version} {Payload}\n")), DurableFile.SharedMode, cancellationToken);
}
