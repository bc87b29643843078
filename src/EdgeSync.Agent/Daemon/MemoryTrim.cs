using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace EdgeSync.Agent.Daemon;

/// <summary>
/// Gives memory back after work, because pods need it more than an idle agent: the runtime keeps its heap as large as it was until the next collection,
/// which never comes while the agent is idle, and pages of the binary that only a start or a delivery needs stay mapped.
/// </summary>
internal sealed partial class MemoryTrim(TimeProvider time) : BackgroundService
{
    /// <summary>Bytes of new objects in one interval; below this the agent was idle, and a collection is not worth it.</summary>
    private const long WorthIt = 1024 * 1024;

    private const int DontNeed = 4;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var before = 0L;
        while (true)
        {
            await Task.Delay(Interval, time, stoppingToken);
            if (GC.GetTotalAllocatedBytes() - before > WorthIt)
            {
                Trim();
            }

            before = GC.GetTotalAllocatedBytes();
        }
    }

    private static void Trim()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (Environment.ProcessPath is not { } program || !OperatingSystem.IsLinux())
        {
            return;
        }

        _ = TrimNativeHeap(0);
        try
        {
            foreach (var (start, end) in ProgramPages.FindUnchanged(File.ReadLines("/proc/self/smaps"), program))
            {
                _ = Advise(start, end - start, DontNeed);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Without /proc the pages stay mapped.
        }
    }

    // Both only advise the kernel and the C library; it is no failure if they do not follow.
    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nint length, int advice);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimNativeHeap(nint pad);
}
