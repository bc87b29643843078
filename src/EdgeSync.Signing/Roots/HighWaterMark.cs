using System.Globalization;
using System.Text;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Signing.Roots;

/// <summary>
/// The highest trust root, or the highest list of revocations, that was ever in force on a site. It is stored in a file outside the folder of roots and
/// lists, so that the agent notices when an older backup of that folder is restored. The mark of a list belongs to the pinned root: a site that pins
/// another root starts again with lists that count from 1.
/// </summary>
/// <param name="Fleet">The fleet of the root or list.</param>
/// <param name="Number">The root's version or the list's number.</param>
/// <param name="Payload">The digest of its signed bytes.</param>
/// <param name="Pinned">For a list: the digest of the pinned root's signed bytes. For a root: null.</param>
public sealed record HighWaterMark(string Fleet, long Number, Digest Payload, Digest? Pinned = null)
{
    private const int MaxBytes = 1024;

    /// <summary>The mark of this root.</summary>
    public static HighWaterMark Of(TrustRoot root)
    {
        ArgumentNullException.ThrowIfNull(root);
        return new HighWaterMark(root.Record.Fleet, root.Version, root.Payload);
    }

    /// <summary>The mark of this state's list of revocations; null if it has none.</summary>
    public static HighWaterMark? OfRevocations(TrustState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Revocations is { } list ? new HighWaterMark(list.Record.Fleet, list.Record.Number, list.Payload, PinnedOf(state)) : null;
    }

    /// <summary>For the mark of a list: whether it belongs to another pinned root than the state's list, or is lower than that list.</summary>
    public bool IsBelow(TrustState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Revocations is { } list && (!IsAbout(state) || Number < list.Record.Number);
    }

    /// <summary>For the mark of a root: why a site whose newest root is this one must not activate anything new; null if it may.</summary>
    public RootFault? FindFault(TrustRoot head)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (head.Record.Fleet != Fleet || head.Version > Number || (head.Version == Number && head.Payload == Payload))
        {
            return null;
        }

        var what = head.Version == Number
            ? "but its state has another root with that version"
            : string.Create(CultureInfo.InvariantCulture, $"but its state has only root {head.Version}, as after the restore of an old backup");
        return new RootFault(
            TrustReasons.RootRolledBack,
            string.Create(CultureInfo.InvariantCulture, $"this site had trust root {Number}, {what}: it activates nothing new until it has root {Number} again"),
            "Nothing to do if the registry has the newer roots. Otherwise import them: 'edgesync trust import FOLDER'.");
    }

    /// <summary>For the mark of a list: why a site in this state must not activate anything new; null if it may.</summary>
    public RootFault? FindFault(TrustState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!IsAbout(state) || state.Revocations?.Record.Number > Number || state.Revocations?.Payload == Payload)
        {
            return null;
        }

        var what = state.Revocations?.Record.Number switch
        {
            null => "but its state has no usable list, as after the restore of an old backup",
            { } here when here == Number => "but its state has another list with that number",
            { } here => string.Create(CultureInfo.InvariantCulture, $"but its state has only list {here}, as after the restore of an old backup"),
        };
        return new RootFault(
            TrustReasons.RevocationsRolledBack,
            string.Create(
                CultureInfo.InvariantCulture,
                $"this site had list {Number} of revocations, {what}: it activates nothing new until it has list {Number} or a newer one"),
            "Nothing to do if the registry has the list. Otherwise import it: 'edgesync trust import FOLDER'.");
    }

    /// <summary>Reads the mark of a root: <c>FLEET VERSION DIGEST</c>. Null if there is none or it is damaged; then only the roots on disk decide.</summary>
    public static async Task<HighWaterMark?> ReadAsync(string path, CancellationToken cancellationToken) =>
        await ReadFieldsAsync(path, cancellationToken) is [var fleet, var number, var digest] ? Parse(fleet, number, digest, pinned: null) : null;

    /// <summary>
    /// Reads the mark of a list: <c>FLEET PINNED NUMBER DIGEST</c>. Null if there is none or it is damaged; then only the list on disk decides.
    /// </summary>
    public static async Task<HighWaterMark?> ReadRevocationsAsync(string path, CancellationToken cancellationToken) =>
        await ReadFieldsAsync(path, cancellationToken) is [var fleet, var root, var number, var digest] && Digest.TryParse(root, out var pinned)
            ? Parse(fleet, number, digest, pinned)
            : null;

    /// <summary>Writes the mark durably.</summary>
    public Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        var pinned = Pinned is { } root ? $"{root} " : "";
        var line = string.Create(CultureInfo.InvariantCulture, $"{Fleet} {pinned}{Number} {Payload}\n");
        return DurableFile.WriteAsync(path, Encoding.UTF8.GetBytes(line), DurableFile.SharedMode, cancellationToken);
    }

    private static async Task<string[]> ReadFieldsAsync(string path, CancellationToken cancellationToken) =>
        await BoundedFile.TryReadAsync(path, MaxBytes, cancellationToken) is { } bytes ? Encoding.UTF8.GetString(bytes).TrimEnd('\n').Split(' ') : [];

    private static HighWaterMark? Parse(string fleet, string number, string digest, Digest? pinned) =>
        EntityName.IsValid(fleet)
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var known)
        && Digest.TryParse(digest, out var payload)
            ? new HighWaterMark(fleet, known, payload, pinned)
            : null;

    private static Digest PinnedOf(TrustState state) => state.Chain.Links[0].Root.Payload;

    private bool IsAbout(TrustState state) => state.Chain.Head.Record.Fleet == Fleet && PinnedOf(state) == Pinned;
}
