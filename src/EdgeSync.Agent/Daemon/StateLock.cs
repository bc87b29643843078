using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Daemon;

/// <summary>Keeps a second agent away from the same state directory. The kernel releases the lock when the process ends, however it ends.</summary>
internal sealed class StateLock : IDisposable
{
    /// <summary>The failure's reason if another process has the lock.</summary>
    public const string InUse = "StateInUse";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

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

    /// <summary>
    /// As <see cref="Take"/>, but waits a few seconds: a verb that has the lock for a moment, such as 'hold set', must not keep the agent from starting.
    /// </summary>
    public static async Task<StateLock> WaitAsync(string stateDirectory, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return Take(stateDirectory);
            }
            catch (StorageException failure) when (failure.Reason == InUse && time.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(LookAgain, time, cancellationToken);
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
