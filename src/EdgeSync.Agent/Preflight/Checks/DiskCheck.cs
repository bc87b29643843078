namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>The disks of the site's state and of the container runtime have room and inodes.</summary>
internal sealed class DiskCheck(IReadOnlyList<string> folders, Func<string, DiskUsage?> measure) : ISiteCheck
{
    // k3s tells its kubelet to evict pods below 5 % (imagefs.available, nodefs.available); a warning comes well before.
    private const double LeastShare = 0.05;
    private const double GoodShare = 0.15;

    public string Name => "disk";

    public string Why => "A kubelet evicts pods when less than 5 % of the disk is free, and a full disk ends acknowledgements and downloads.";

    public Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        // Folders of one file system have the same figures.
        var findings = folders.Select(folder => (Folder: folder, Usage: measure(folder))).Where(disk => disk.Usage is not null)
            .DistinctBy(disk => disk.Usage).Select(disk => Judge(disk.Folder, disk.Usage!)).ToList();
        return Task.FromResult(findings.Count == 0
            ? CheckFinding.Warned($"no disk could be looked at ({string.Join(", ", folders)})")
            : CheckFinding.Worst(findings, "there is room on every disk"));
    }

    private static CheckFinding Judge(string folder, DiskUsage usage)
    {
        var line = $"{folder}: {Bytes(usage.FreeBytes)} of {Bytes(usage.Bytes)} free ({usage.FreeShare:P0}), {usage.FreeInodeShare:P0} of the inodes";
        var (what, share) = usage.FreeShare <= usage.FreeInodeShare ? ($"only {Bytes(usage.FreeBytes)} free", usage.FreeShare) : ("hardly a free inode", usage.FreeInodeShare);
        var finding = share >= GoodShare ? CheckFinding.Passed("")
            : (share < LeastShare ? CheckFinding.Failed(Found(), "Free space: old logs, unused images ('crictl rmi --prune'), volumes.")
            : CheckFinding.Warned(Found(), "Free space before the mission: old logs, unused images ('crictl rmi --prune'), volumes."));
        return finding with { Details = [line] };

        string Found() => $"the disk of '{folder}' has {what} ({share:P0})";
    }

    private static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 => $"{bytes / (double)(1L << 30):0.#} GiB",
        _ => $"{bytes / (double)(1L << 20):0.#} MiB",
    };
}
