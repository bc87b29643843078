using System.Globalization;
using System.Text;
using EdgeSync.Agent.Failures;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Agent.Setup;

/// <summary>Carries out a plan. The next run continues one that was interrupted.</summary>
internal sealed class SetupApplier(TimeProvider time)
{
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Writes the files and returns what was done, one line each.</summary>
    public async Task<IReadOnlyList<string>> ApplyAsync(SetupPlan plan, CancellationToken cancellationToken)
    {
        var done = new List<string>();
        try
        {
            if (!Directory.Exists(plan.StateDirectory) || File.GetUnixFileMode(plan.StateDirectory) != OnlyOwner)
            {
                Directory.CreateDirectory(plan.StateDirectory, OnlyOwner);
                File.SetUnixFileMode(plan.StateDirectory, OnlyOwner);
                done.Add($"made '{plan.StateDirectory}' for the agent alone");
            }

            foreach (var file in plan.Files.Where(file => file.IsNeeded))
            {
                await WriteAsync(file, done, cancellationToken);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AgentException("SetupCannotWrite", $"setup stopped: {failure.Message}", failure) { Hint = "Run setup as root; it goes on where it stopped." };
        }

        return done;
    }

    private async Task WriteAsync(FileChange file, List<string> done, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file.Path)!);
        if (file.Before is not null)
        {
            var stamp = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
            var backup = $"{file.Path}.{stamp}.bak";
            await DurableFile.WriteAsync(backup, Encoding.UTF8.GetBytes(file.Before), file.Mode, cancellationToken);
            done.Add($"kept the old '{file.Path}' as '{backup}'");
        }

        if (file.IsLeftEmpty)
        {
            File.Delete(file.Path);
            done.Add($"deleted '{file.Path}'");
            return;
        }

        await DurableFile.WriteAsync(file.Path, Encoding.UTF8.GetBytes(file.After), file.Mode, cancellationToken);
        done.Add($"wrote '{file.Path}'");
    }
}
