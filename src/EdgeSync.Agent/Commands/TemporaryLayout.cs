using EdgeSync.Oci.Content;

namespace EdgeSync.Agent.Commands;

/// <summary>An image layout that is deleted when the verb ends.</summary>
internal sealed class TemporaryLayout : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgesync-bundle-");

    public string Folder => _folder.FullName;

    public Task<ContentStore> OpenAsync(CancellationToken cancellationToken) =>
        ContentStore.OpenAsync(_folder.FullName, TimeProvider.System, cancellationToken);

    public void Dispose()
    {
        if (_folder.Exists)
        {
            _folder.Delete(recursive: true);
        }
    }
}
