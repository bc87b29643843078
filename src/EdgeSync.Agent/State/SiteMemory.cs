using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;
using EdgeSync.Primitives.Text;
using EdgeSync.Reconciliation.State;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.State;

/// <summary>
/// The second copy of the highest release of each channel, beside the site's keys: it survives the loss of the database, and an old one that somebody
/// puts back. Both copies are read, and the higher counts. Safe for use by several threads.
/// </summary>
internal sealed partial class SiteMemory
{
    private const int MaxBytes = 1 << 20;

    private readonly string _path;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private Dictionary<string, RememberedRelease> _channels = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<SiteNotice> _notices = [];
    private volatile SiteNotice? _unwritten;
    private DateTimeOffset? _provenTime;

    private SiteMemory(string path, ILogger logger)
    {
        _path = path;
        _logger = logger;
    }

    public static string PathOf(string identityDirectory) => Path.Combine(identityDirectory, "memory.json");

    /// <summary>Where the two copies differed since the start, in words; and that the second cannot be written, while it cannot.</summary>
    public IReadOnlyList<SiteNotice> Notices => _unwritten is { } unwritten ? [.. _notices, unwritten] : _notices;

    /// <summary>The latest proven time that this copy knows, or null.</summary>
    public DateTimeOffset? ProvenTime => _provenTime;

    /// <summary>Reads the copy. One that is damaged counts as lost, and that is said.</summary>
    public static SiteMemory Open(string path, ILogger<SiteMemory> logger)
    {
        var memory = new SiteMemory(path, logger);
        try
        {
            if (BoundedFile.Read(path, MaxBytes) is { } bytes)
            {
                var document = StrictJson.Read(bytes, MemoryJsonContext.Default.MemoryDocument);
                memory._channels = new Dictionary<string, RememberedRelease>(document.Channels, StringComparer.Ordinal);
                memory._provenTime = document.ProvenTime;
            }
        }
        catch (Exception failure) when (failure is JsonException or StorageException)
        {
            memory.Notice($"the second copy of what this site has seen, '{path}', cannot be read and is made anew: {failure.Message}");
        }

        return memory;
    }

    /// <summary>The record with the higher of the two memories, and both made equal.</summary>
    public ChannelRecord Reconcile(ChannelRecord record)
    {
        lock (_lock)
        {
            var stored = RememberedRelease.Of(record);
            var copy = _channels.GetValueOrDefault(record.Channel);
            if (stored?.Seen == copy?.Seen)
            {
                return record;
            }

            if (copy is not null && (stored is null || copy.Seen.IsAbove(stored.Seen)))
            {
                Notice(
                    $"the database {Knows(stored)} of channel '{record.Channel}', and the copy beside the keys knows {copy.Seen.Describe()}: "
                    + $"the database was lost, or an old one was put back; {copy.Seen.Describe()} counts");
                return record with { HighestSeen = copy.Seen, NewestExpires = copy.ExpiresAt, NewestEnvelope = null };
            }

            Notice(copy?.Seen is { } other && !stored!.Seen.IsAbove(other)
                ? $"the database and the copy beside the keys know two different releases {other.Describe()} of channel '{record.Channel}'; the database counts"
                : $"the copy beside the keys {Knows(copy)} of channel '{record.Channel}', and the database knows {stored!.Seen.Describe()}: "
                + $"the copy was lost, or an old one was put back; {stored.Seen.Describe()} counts");
            Write_NeedsLock(With(record.Channel, stored!), _provenTime);
            return record;
        }
    }

    /// <summary>
    /// Takes note of the record's highest release; it is on disk when the call returns. Where it cannot be written that is said, and tried again with
    /// the next: the first copy is on disk, and the site goes on.
    /// </summary>
    public void Note(ChannelRecord record, DateTimeOffset? provenTime)
    {
        lock (_lock)
        {
            if (RememberedRelease.Of(record) is { } seen && _channels.GetValueOrDefault(record.Channel) != seen)
            {
                Write_NeedsLock(With(record.Channel, seen), provenTime);
            }
        }
    }

    /// <summary>Takes note of the time alone.</summary>
    public void Note(DateTimeOffset? provenTime)
    {
        lock (_lock)
        {
            Write_NeedsLock(_channels, provenTime);
        }
    }

    private static string Knows(RememberedRelease? release) => release is null ? "knows nothing" : $"knows release {release.Seen.Describe()}";

    private Dictionary<string, RememberedRelease> With(string channel, RememberedRelease seen) =>
        new(_channels, StringComparer.Ordinal) { [channel] = seen };

    private void Write_NeedsLock(Dictionary<string, RememberedRelease> channels, DateTimeOffset? provenTime)
    {
        var document = new MemoryDocument { Channels = channels, ProvenTime = provenTime };
        try
        {
            DurableFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(document, MemoryJsonContext.Default.MemoryDocument), DurableFile.PrivateMode);
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
