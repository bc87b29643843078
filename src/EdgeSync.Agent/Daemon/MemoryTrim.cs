using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace EdgeSync.Agent.Daemon;

/// <summary>
/// Gives back what a piece of work has left behind, because pods need memory more than an agent at rest: the runtime keeps its heap as large as it was
/// until it next collects, which at rest is never; and what of the binary only a start or a delivery needs stays mapped.
/// </summary>
internal sealed partial class MemoryTrim(TimeProvider time) : BackgroundService
{
    /// <summary>New objects in one interval, in bytes; less than this is rest, and not worth a collection.</summary>
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
            // Without /proc the pages stay, as they would without this class.
        }
    }

    // Both only give advice: that one is not taken is no failure.
    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nint length, int advice);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimNativeHeap(nint pad);
}
