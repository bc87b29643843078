using System.Globalization;
using System.Text.Json;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;
using EdgeSync.Primitives.Text;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.State;

/// <summary>Proofs of double signatures, one file each, for people to examine. The number is bounded, and the first ones stay.</summary>
internal sealed partial class EvidenceFolder : IEvidenceStore
{
    /// <summary>The largest number of files. Otherwise somebody with enough keys could fill the disk.</summary>
    public const int MaxFiles = 32;

    private const int MaxBytes = 1 << 20;

    private readonly string _path;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private volatile IReadOnlyList<EquivocationStatus> _all;

    public EvidenceFolder(string path, ILogger<EvidenceFolder> logger)
    {
        _path = path;
        _logger = logger;
        _all = Read(path);
    }

    /// <summary>The stored proofs, the oldest first.</summary>
    public IReadOnlyList<EquivocationStatus> All => _all;

    public static string PathOf(string stateDirectory) => Path.Combine(stateDirectory, "evidence");

    /// <summary>The proofs in the folder. A file that cannot be read proves nothing and is left out.</summary>
    public static IReadOnlyList<EquivocationStatus> Read(string folder)
    {
        var found = new List<EquivocationStatus>();
        foreach (var file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.json").Take(MaxFiles) : [])
        {
            try
            {
                if (BoundedFile.Read(file, MaxBytes) is { } bytes)
                {
                    found.Add(StrictJson.Read(bytes, MemoryJsonContext.Default.EvidenceDocument).About with { File = file });
                }
            }
            catch (Exception failure) when (failure is JsonException or StorageException)
            {
            }
        }

        return [.. found.OrderBy(one => one.At)];
    }

    public void Keep(Equivocation equivocation)
    {
        lock (_lock)
        {
            var (seen, found) = (equivocation.Seen, equivocation.Found);
            if (_all.Any(one => one.Channel == equivocation.Channel && one.Seen == seen.Payload && one.Found == found.Payload))
            {
                return;
            }

            if (_all.Count >= MaxFiles)
            {
                LogFull(equivocation.Channel, seen.Describe(), found.Payload.ToString());
                return;
            }

            var name = string.Create(
                CultureInfo.InvariantCulture, $"{equivocation.Channel}-{found.Epoch}-{found.Sequence}-{found.Payload.Hex.AsSpan(0, 16)}.json");
            var file = Path.Combine(_path, name);
            var about = new EquivocationStatus(
                equivocation.Channel, found.Sequence, seen.Payload, found.Payload, equivocation.At, file, found.Epoch);
            var document = new EvidenceDocument(EvidenceDocument.CurrentSchema, about, equivocation.FoundEnvelope, equivocation.SeenEnvelope);
            CreateFolder();
            DurableFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(document, MemoryJsonContext.Default.EvidenceDocument), DurableFile.PrivateMode);
            _all = [.. _all, about];
            LogKept(equivocation.Channel, seen.Describe(), file);
        }
    }

    private void CreateFolder()
    {
        try
        {
            Directory.CreateDirectory(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StorageException("DirectoryUnusable", $"cannot make the folder '{_path}': {failure.Message}", failure) { Subject = _path };
        }
    }

    [LoggerMessage(AgentEventIds.EvidenceKept, LogLevel.Error, "Channel {Channel}: two different releases {Sequence} were signed; both are kept in {Path}")]
    private partial void LogKept(string channel, string sequence, string path);

    [LoggerMessage(AgentEventIds.EvidenceFull, LogLevel.Error, "Channel {Channel}: two different releases {Sequence} were signed; there is no more room to keep {Digest}")]
    private partial void LogFull(string channel, string sequence, string digest);
}

/// <summary>Two signed releases under one number, as they are stored: the envelopes' bytes as they were received, in Base64.</summary>
internal sealed record EvidenceDocument(string Schema, EquivocationStatus About, byte[] FoundEnvelope, byte[]? SeenEnvelope = null)
{
    public const string CurrentSchema = "edgesync.dev/equivocation/v1";
}
