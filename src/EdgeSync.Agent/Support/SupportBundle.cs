using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using System.Text;
using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Configuration;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Agent.Support;

/// <summary>The archive of <c>edgesync doctor --bundle</c>. Each file of it is made for it, and goes through the <see cref="SecretFilter"/>; no file of the site is copied.</summary>
internal sealed class SupportBundle(AgentConfiguration configuration, IReadOnlyDictionary<string, string> environment, TimeProvider time)
{
    /// <summary>Writes the archive, which only its owner may read. Throws <see cref="StorageException"/> where it cannot be written.</summary>
    public async Task WriteAsync(string path, SiteStatus status, DoctorReport report, CancellationToken cancellationToken)
    {
        var filter = new SecretFilter(SiteSecrets.Find(configuration, environment));
        var journal = new Journal(time);
        (string Name, string Text)[] files =
        [
            ("version.json", JsonSerializer.Serialize(BuildFacts.Current, VersionJsonContext.Default.BuildFacts)),
            ("status.json", JsonSerializer.Serialize(status, ContractsJsonContext.Default.SiteStatus)),
            ("checks.json", JsonSerializer.Serialize(report, ContractsJsonContext.Default.DoctorReport)),
            ("configuration.txt", ConfigurationSummary.Write(configuration)),
            ("edgesync.log", await journal.ReadAsync("edgesync", cancellationToken)),
            ("k3s.log", await journal.ReadAsync("k3s", cancellationToken)),
        ];
        try
        {
            await using var file = new FileStream(
                path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
            await using var zip = new GZipStream(file, CompressionLevel.Optimal);
            await using var tar = new TarWriter(zip, TarEntryFormat.Pax, leaveOpen: true);
            foreach (var (name, text) in files)
            {
                var entry = new PaxTarEntry(TarEntryType.RegularFile, $"edgesync-{configuration.Site}/{name}")
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(filter.Clean(text))),
                    Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                    ModificationTime = time.GetUtcNow(),
                };
                await tar.WriteEntryAsync(entry, cancellationToken);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StorageException("WriteFailed", $"cannot write '{path}': {FileFaults.Describe(path, failure)}", failure) { Subject = path };
        }
    }
}
