using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Daemon;

/// <summary>Keeps a second agent away from the same state directory. The kernel gives it up with the process, however that ends.</summary>
internal sealed class StateLock : IDisposable
{
    /// <summary>The reason when another process has it.</summary>
    public const string InUse = "StateInUse";

    private readonly FileStream _file;

    private StateLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, or raises <see cref="StorageException"/> at once if another process has it.</summary>
    public static StateLock Take(string stateDirectory)
    {
        var path = Path.Combine(stateDirectory, "lock");
        try
        {
            return new StateLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException failure)
        {
            throw new StorageException(InUse, $"another edgesync uses the state directory '{stateDirectory}'", failure)
            {
                Disposition = Disposition.Stalled,
                Subject = path,
                Hint = "Stop the other one first, or ask it: 'edgesync status', 'edgesync sync'.",
                ExitCode = ExitCodes.Unavailable,
            };
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new StorageException("StateNotAllowed", $"this user may not use the state directory '{stateDirectory}'", failure)
            {
                Disposition = Disposition.Stalled,
                Subject = path,
                Hint = "Run as the agent's user, as a rule root.",
            };
        }
    }

    public void Dispose() => _file.Dispose();
}
