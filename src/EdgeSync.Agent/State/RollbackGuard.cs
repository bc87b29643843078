using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;
using EdgeSync.Primitives.Text;
using EdgeSync.Reconciliation.State;
using Microsoft.Extensions.Logging;
using HighestRelease = EdgeSync.Agent.State.RollbackGuardDocument.HighestRelease;

namespace EdgeSync.Agent.State;

/// <summary>
/// Guards against a rollback of the database: a second copy of each channel's highest release, stored next to the site's keys. It survives when the
/// database is lost or somebody restores an old one. The site reads both copies, and the higher counts. Safe for use by several threads.
/// </summary>
internal sealed partial class RollbackGuard
{
    private const int MaxBytes = 1 << 20;

    private readonly string _path;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private Dictionary<string, HighestRelease> _channels = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<SiteNotice> _notices = [];
    private volatile SiteNotice? _unwritten;
    private DateTimeOffset? _provenTime;

    private RollbackGuard(string path, ILogger logger)
    {
        _path = path;
        _logger = logger;
    }

    public static string PathOf(string identityDirectory) => Path.Combine(identityDirectory, "memory.json");

    /// <summary>What people should know: where the two copies have differed since the start, and whether the second copy cannot be written now.</summary>
    public IReadOnlyList<SiteNotice> Notices => _unwritten is { } unwritten ? [.. _notices, unwritten] : _notices;

    /// <summary>The latest proven time that this copy knows, or null.</summary>
    public DateTimeOffset? ProvenTime => _provenTime;

    /// <summary>Reads the copy. A damaged one counts as lost, which the notices report.</summary>
    public static RollbackGuard Open(string path, ILogger<RollbackGuard> logger)
    {
        var memory = new RollbackGuard(path, logger);
        try
        {
            if (BoundedFile.Read(path, MaxBytes) is { } bytes)
            {
                var document = StrictJson.Read(bytes, MemoryJsonContext.Default.RollbackGuardDocument);
                memory._channels = new Dictionary<string, HighestRelease>(document.Channels, StringComparer.Ordinal);
                memory._provenTime = document.ProvenTime;
            }
        }
        catch (Exception failure) when (failure is JsonException or StorageException)
        {
            memory.Notice($"the second copy of what this site has seen, '{path}', cannot be read and is created again: {FaultText.Describe(failure)}");
        }

        return memory;
    }

    /// <summary>The record with the higher of the two copies; makes both copies equal.</summary>
    public ChannelRecord Reconcile(ChannelRecord record)
    {
        lock (_lock)
        {
            var stored = HighestRelease.Of(record);
            var copy = _channels.GetValueOrDefault(record.Channel);
            if (stored?.Seen == copy?.Seen)
            {
                return record;
            }

            if (copy is not null && (stored is null || copy.Seen.IsAbove(stored.Seen)))
            {
                Notice(
                    $"the database {Knows(stored)} of channel '{record.Channel}', but the copy next to the keys knows {copy.Seen.Describe()}: "
                    + $"the database was lost, or an old one was restored; {copy.Seen.Describe()} counts");
                return record with { HighestSeen = copy.Seen, NewestExpires = copy.ExpiresAt, NewestEnvelope = null };
            }

            Notice(copy?.Seen is { } other && !stored!.Seen.IsAbove(other)
                ? $"the database and the copy next to the keys know two different releases {other.Describe()} of channel '{record.Channel}'; the database counts"
                : $"the copy next to the keys {Knows(copy)} of channel '{record.Channel}', but the database knows {stored!.Seen.Describe()}: "
                + $"the copy was lost, or an old one was restored; {stored.Seen.Describe()} counts");
            Write_NeedsLock(With(record.Channel, stored!), _provenTime);
            return record;
        }
    }

    /// <summary>
    /// Stores the record's highest release; it is on disk when the call returns. If it cannot be written, the notices report it, and the next call tries
    /// again: the first copy is on disk, so the site continues.
    /// </summary>
    public void Note(ChannelRecord record, DateTimeOffset? provenTime)
    {
        lock (_lock)
        {
            if (HighestRelease.Of(record) is { } seen && _channels.GetValueOrDefault(record.Channel) != seen)
            {
                Write_NeedsLock(With(record.Channel, seen), provenTime);
            }
        }
    }

    /// <summary>Stores the time alone.</summary>
    public void Note(DateTimeOffset? provenTime)
    {
        lock (_lock)
        {
            Write_NeedsLock(_channels, provenTime);
        }
    }

    private static string Knows(HighestRelease? release) => release is null ? "knows nothing" : $"knows release {release.Seen.Describe()}";

    private Dictionary<string, HighestRelease> With(string channel, HighestRelease seen) =>
        new(_channels, StringComparer.Ordinal) { [channel] = seen };

    private void Write_NeedsLock(Dictionary<string, HighestRelease> channels, DateTimeOffset? provenTime)
    {
        var document = new RollbackGuardDocument { Channels = channels, ProvenTime = provenTime };
        try
        {
            DurableFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(document, MemoryJsonContext.Default.RollbackGuardDocument), DurableFile.PrivateMode);
        }
        catch (StorageException failure)
        {
            if (_unwritten?.Message != failure.Message)
            {
                LogNotWritten(failure.Reason, failure.Message);
            }

            _unwritten = new SiteNotice(failure.Reason, failure.Message, failure.Hint);
            return;
        }

        _unwritten = null;
        _channels = channels;
        _provenTime = provenTime;
    }

    private void Notice(string message)
    {
        _notices =
        [
            .. _notices,
            new SiteNotice(ReasonCodes.MemoryDiffers, message, "Where nobody restored a backup or replaced the disk, find out who was at this site."),
        ];
        LogDiffers(message);
    }

    [LoggerMessage(AgentEventIds.MemoryDiffers, LogLevel.Warning, "What this site remembers differs: {Message}")]
    private partial void LogDiffers(string message);

    [LoggerMessage(AgentEventIds.MemoryNotWritten, LogLevel.Error, "The second copy of what this site has seen cannot be written, {Reason}: {Message}")]
    private partial void LogNotWritten(string reason, string message);
}
