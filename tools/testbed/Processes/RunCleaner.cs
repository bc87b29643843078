using System.Diagnostics;

namespace EdgeSync.Testbed.Processes;

/// <summary>Ends a run and takes away everything it left: processes, mounts, network bridges, cgroups, files.</summary>
internal static class RunCleaner
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Ends every run whose owner is gone. Returns how many there were.</summary>
    public static async Task<int> CleanAbandonedAsync(CancellationToken cancellationToken)
    {
        var cleaned = 0;
        foreach (var run in RunRecord.ReadAll().Where(r => r.IsAbandoned))
        {
            await using (await FileLock.AcquireAsync(Path.Combine(TestbedPaths.Runs, ".lock"), cancellationToken))
            {
                if (run.IsAbandoned)
                {
                    await EndAsync(run, cancellationToken);
                    cleaned++;
                }
            }
        }

        return cleaned;
    }

    /// <summary>Ends one run. Safe to repeat, also after having been interrupted.</summary>
    public static async Task EndAsync(RunRecord run, CancellationToken cancellationToken)
    {
        await KillAsync(
            $"the run {run.Id} in {run.Folder}",
            () => ProcessTable.Find(ProcessTable.RunMarker, run.Id, run.Processes.Concat(Cgroups.ProcessesIn(run.Cgroups))),
            cancellationToken);
        var folder = run.Folder;
        Mounts.RemoveBelow(folder);
        NodeTraces.Remove(run);
        if (run.OwnsFolder && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        run.Delete();
    }

    /// <summary>Ends at once all processes that the search finds, and those that they start meanwhile, until it finds none.</summary>
    public static async Task KillAsync(string what, Func<IReadOnlyList<ProcessIdentity>> find, CancellationToken cancellationToken)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Patience;)
        {
            var alive = find();
            if (alive.Count == 0)
            {
                return;
            }

            foreach (var process in alive)
            {
                process.Signal(ProcessSignal.Kill);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }

        throw new TestbedException("ProcessesRemain", $"Processes of {what} do not end.");
    }
}
