using EdgeSync.Agent.Configuration;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Daemon;

/// <summary>The folders of a site; missing ones are created, readable for their owner only.</summary>
internal static class AgentDirectories
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static void Create(AgentConfiguration configuration)
    {
        foreach (var path in new[] { configuration.StateDirectory, configuration.RunDirectory, configuration.IdentityDirectory })
        {
            try
            {
                Directory.CreateDirectory(path, OwnerOnly);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new StorageException("DirectoryUnusable", $"cannot make the folder '{path}': {failure.Message}", failure)
                {
                    Disposition = Disposition.Stalled,
                    Subject = path,
                    Hint = "Run as root, or set stateDirectory and runDirectory to folders of this user.",
                };
            }
        }
    }

    /// <summary>The cache: an OCI image layout.</summary>
    public static string Cache(AgentConfiguration configuration) => Path.Combine(configuration.StateDirectory, "cache");

    /// <summary>The database of channels, ledger and holds.</summary>
    public static string Database(AgentConfiguration configuration) => Path.Combine(configuration.StateDirectory, "site.db");
}
