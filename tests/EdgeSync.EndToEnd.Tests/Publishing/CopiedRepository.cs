using EdgeSync.Testbed.Peers;
using EdgeSync.Testing;

namespace EdgeSync.EndToEnd.Tests.Publishing;

/// <summary>A copy of this repository in another folder, with its commit and its uncommitted changes, and with the binary published from it.</summary>
public sealed class CopiedRepository : PeerFixture, IDisposable
{
    private static readonly string Root = Path.GetDirectoryName(RepositoryFile.Path("EdgeSync.sln"))!;

    // A publish takes three minutes of processor time, and the machine may be busy.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    private readonly TempDirectory _folder = new();

    internal string Binary => this["artifacts/publish/EdgeSync.Agent/release_linux-x64/edgesync"];

    internal string this[string path] => Path.Combine(_folder["a/longer/path/to/edgesync"], path);

    public void Dispose() => _folder.Dispose();

    /// <summary>Publishes the agent from the copy.</summary>
    internal async Task PublishAsync() => await RunAsync("dotnet", this[""], "publish", "src/EdgeSync.Agent", "-r", "linux-x64", "-v", "q", "--nologo");

    protected override async Task StartAsync()
    {
        await RunAsync("git", Root, "clone", "-q", "--no-checkout", Root, this[""]);
        await RunAsync("git", this[""], "checkout", "-q", "--detach", (await RunAsync("git", Root, "rev-parse", "HEAD")).Output.Trim());
        var changed = (await RunAsync("git", Root, "ls-files", "-z", "--modified", "--deleted", "--others", "--exclude-standard")).Output
            .Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Concat((await RunAsync("git", Root, "diff", "-z", "--name-only", "HEAD")).Output.Split('\0', StringSplitOptions.RemoveEmptyEntries));
        foreach (var file in changed.Distinct())
        {
            File.Delete(this[file]);
            if (File.Exists(Path.Combine(Root, file)))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(this[file])!);
                File.Copy(Path.Combine(Root, file), this[file]);
            }
        }

        await PublishAsync();
    }

    protected override Task StopAsync() => Task.CompletedTask;

    private static async Task<ToolResult> RunAsync(string program, string folder, params string[] arguments) =>
        (await PeerTool.Installed(program).RunAsync(new ToolRequest(arguments) { WorkingDirectory = folder, Timeout = Patience })).EnsureSuccess();
}
