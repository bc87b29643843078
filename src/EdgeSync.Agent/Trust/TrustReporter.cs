using System.Globalization;
using EdgeSync.Agent.State;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Roots;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Agent.Trust;

/// <summary>
/// Acknowledges each change of the site's trust once. The acknowledged trust is stored with the ledger in one transaction, so a change that a power cut
/// kept out of the ledger is acknowledged at the next start. Used by one caller at a time.
/// </summary>
internal sealed class TrustReporter(SqliteDatabase database, Ledger ledger)
{
    private const int MaxNames = 8;

    private Mark? _root;
    private Mark? _list;
    private bool _isRead;

    /// <summary>
    /// Acknowledges what differs from the ledger. The trust at a site's first start is the beginning and no change.
    /// Throws <see cref="Primitives.Failures.StorageException"/> when it cannot be written; report again later.
    /// </summary>
    /// <param name="state">The current trust.</param>
    /// <param name="origin">The origin of a change, in words that follow "it came"; null when it is unknown.</param>
    public void Report(TrustState state, string? origin)
    {
        var (root, list) = (Mark.Of(state.Chain.Head), Mark.Of(state.Revocations));
        if (_isRead && (root, list) == (_root, _list))
        {
            return;
        }

        try
        {
            using var connection = database.Connect();
            using var transaction = connection.BeginTransaction();
            if (!_isRead)
            {
                (_root, _list) = (Read(connection, SiteSettings.TrustRoot), Read(connection, SiteSettings.Revocations));
            }

            var drafts = _root is null ? [] : Describe(state, root, list, origin).ToList();
            drafts.ForEach(draft => ledger.Append(connection, draft));
            SiteSettings.Write(connection, SiteSettings.TrustRoot, root.ToString());
            SiteSettings.Write(connection, SiteSettings.Revocations, list?.ToString() ?? "");
            transaction.Commit();
            (_root, _list, _isRead) = (root, list, true);
            if (drafts.Count > 0)
            {
                ledger.NotifyAppended();
            }
        }
        catch (SqliteException failure)
        {
            throw StateFailures.NotWritten(failure);
        }
    }

    private IEnumerable<AcknowledgementDraft> Describe(TrustState state, Mark root, Mark? list, string? origin)
    {
        var said = new AcknowledgedTrust
        {
            Version = root.Number,
            VersionBefore = _root!.Number,
            Revocations = _list?.Number,
            RevocationsBefore = _list?.Number,
            Payload = root.Payload,
        };
        if (root != _root)
        {
            var how = state.Chain.Links is [_] ? "it was pinned at the site" : $"signed by {Names(state.Chain.Links[^1].Signers)}";
            yield return Draft(said, Text($"trust root {root.Number} counts from now on, in place of {_root.Number}; {how}{Came(origin)}"));
        }

        if (list == _list)
        {
            yield break;
        }

        said = said with { VersionBefore = root.Number, Revocations = list?.Number, Payload = list?.Payload };
        var before = _list is null ? "none" : Text($"{_list.Number}");
        yield return list is null
            ? Draft(said, Text($"no list of revocations counts any more; list {_list!.Number} did"))
            : Draft(said, Text($"list {list.Number} of revocations counts from now on, in place of {before}: {Counted(state.Revocations!)}{Note(state.Revocations!)}{Came(origin)}"));
    }

    private static AcknowledgementDraft Draft(AcknowledgedTrust trust, string message) =>
        new(AcknowledgementEvent.Received, Release: null) { Trust = trust, Message = message };

    private static string Names(IReadOnlyList<VerificationKey> signers) => string.Join(", ", signers.Take(MaxNames))
        + (signers.Count > MaxNames ? Text($" and {signers.Count - MaxNames} more") : "");

    private static string Counted(Revocations list) => Text(
        $"{list.Keys.Count} {(list.Keys.Count == 1 ? "key" : "keys")} and {list.Bundles.Count} {(list.Bundles.Count == 1 ? "bundle" : "bundles")} revoked");

    private static string Note(Revocations list) => list.Record.Note is { Length: > 0 } note ? $", \"{note}\"" : "";

    private static string Came(string? origin) => origin is null ? "" : $"; it came {origin}";

    private static Mark? Read(SqliteConnection connection, string fact) => SiteSettings.Read(connection, fact)?.Split(' ') is [var number, var digest]
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var known) && Digest.TryParse(digest, out var payload)
        ? new Mark(known, payload)
        : null;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Mark(long Number, Digest Payload)
    {
        public static Mark Of(TrustRoot root) => new(root.Version, root.Payload);

        public static Mark? Of(Revocations? list) => list is null ? null : new Mark(list.Record.Number, list.Payload);

        public override string ToString() => Text($"{Number} {Payload}");
    }
}
