using System.Globalization;
using System.Text;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Signing.Roots;

/// <summary>
/// The highest list of revocations that ever counted on a site. It is kept apart from the list, so that what was revoked is not forgotten in silence where
/// an old backup is put back. It belongs to the pinned root: whoever pins another one begins anew, with lists that count from 1.
/// </summary>
/// <param name="Fleet">The fleet of the list.</param>
/// <param name="Pinned">The digest of the pinned root's signed bytes.</param>
/// <param name="Number">The list's number.</param>
/// <param name="Payload">The digest of the list's signed bytes.</param>
public sealed record RevocationMark(string Fleet, Digest Pinned, long Number, Digest Payload)
{
    private const int MaxBytes = 1024;

    /// <summary>The mark of this state's list; null where it has none.</summary>
    public static RevocationMark? Of(TrustState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Revocations is { } list ? new RevocationMark(list.Record.Fleet, PinnedOf(state), list.Record.Number, list.Payload) : null;
    }

    /// <summary>Whether this mark says nothing of the state's lists, or less than its newest.</summary>
    public bool IsBelow(TrustState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Revocations is { } list && (!IsAbout(state) || Number < list.Record.Number);
    }

    /// <summary>Why a site in this state must not begin anything new; null where it may.</summary>
    public RootFault? FindFault(TrustState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!IsAbout(state) || state.Revocations?.Record.Number > Number || state.Revocations?.Payload == Payload)
        {
            return null;
        }

        var what = state.Revocations?.Record.Number switch
        {
            null => "and its state holds none that can be used, as out of an old backup",
            { } here when here == Number => "and this is another list with that number",
            { } here => string.Create(CultureInfo.InvariantCulture, $"and its state holds {here} only, as out of an old backup"),
        };
        return new RootFault(
            TrustReasons.RevocationsRolledBack,
            string.Create(
                CultureInfo.InvariantCulture,
                $"this site has known list {Number} of revocations, {what}: nothing new is begun until it has list {Number} again, or a newer one"),
            "Nothing to do where the registry has the list; else bring it: 'edgesync trust import FOLDER'.");
    }

    /// <summary>Reads the mark; null where there is none, or where it is damaged: the list then says what counts.</summary>
    public static async Task<RevocationMark?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = await BoundedFile.TryReadAsync(path, MaxBytes, cancellationToken);
        return bytes is not null && Encoding.UTF8.GetString(bytes).TrimEnd('\n').Split(' ') is [var fleet, var root, var number, var digest]
            && EntityName.IsValid(fleet)
            && Digest.TryParse(root, out var pinned)
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var known)
            && Digest.TryParse(digest, out var payload)
            ? new RevocationMark(fleet, pinned, known, payload)
            : null;
    }

    /// <summary>Writes the mark durably.</summary>
    public Task WriteAsync(string path, CancellationToken cancellationToken) => DurableFile.WriteAsync(
        path,
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Fleet} {Pinned} {Number} {Payload}\n")), DurableFile.SharedMode, cancellationToken);

    private static Digest PinnedOf(TrustState state) => state.Chain.Links[0].Root.Payload;

    private bool IsAbout(TrustState state) => state.Chain.Head.Record.Fleet == Fleet && PinnedOf(state) == Pinned;
}
