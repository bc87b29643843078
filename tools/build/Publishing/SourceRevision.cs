using System.ComponentModel;

namespace EdgeSync.Build.Publishing;

/// <summary>The commit that the binary is made from, and whether the files are as that commit has them.</summary>
internal sealed record SourceRevision(string? Commit, bool HasChanges)
{
    /// <summary>What <c>edgesync version</c> shows; null outside a repository.</summary>
    public string? Name => Commit is null ? null : HasChanges ? $"{Commit}-dirty" : Commit;

    /// <summary>Asks git; a source archive without one has no commit.</summary>
    public static async Task<SourceRevision> FindAsync(Shell shell)
    {
        try
        {
            var lines = new List<string>();
            if (await shell.RunAsync("git", ["rev-parse", "HEAD"], lines.Add) == 0)
            {
                var changes = await shell.CaptureAsync("git", ["status", "--porcelain", "--", "src", "Directory.Build.props", "Directory.Packages.props"]);
                return new SourceRevision(lines[0], changes.Length > 0);
            }
        }
        catch (Win32Exception)
        {
            // No git on this machine.
        }

        return new SourceRevision(null, HasChanges: false);
    }
}
