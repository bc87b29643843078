using EdgeSync.Testbed.Peers;
using EdgeSync.Testing;

namespace EdgeSync.EndToEnd.Tests.Publishing;

/// <summary>build.ps1 in the PowerShell of the tool manifest.</summary>
public sealed class PowerShellTests
{
    private static readonly string Root = Path.GetDirectoryName(RepositoryFile.Path("EdgeSync.sln"))!;
    private static readonly PeerTool Dotnet = PeerTool.Installed("dotnet");

    [PeerFact]
    public async Task Build_ps1_shows_help_under_its_own_name()
    {
        var result = await RunAsync("--help");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("build.ps1 [command]", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("build.sh [command]", result.Output, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Build_ps1_ends_with_the_exit_code_of_the_build_program()
    {
        var result = await RunAsync("unknown-verb");

        Assert.Equal(64, result.ExitCode);
        Assert.Contains("'unknown-verb'", result.Error, StringComparison.Ordinal);
    }

    private static async Task<ToolResult> RunAsync(params string[] arguments)
    {
        (await Dotnet.RunAsync(new ToolRequest("tool", "restore") { WorkingDirectory = Root, Timeout = TimeSpan.FromMinutes(5) })).EnsureSuccess();
        return await Dotnet.RunAsync(new ToolRequest(["tool", "run", "pwsh", "--", "-NoProfile", "-File", Path.Combine(Root, "build.ps1"), .. arguments])
        {
            WorkingDirectory = Root,
            Timeout = TimeSpan.FromMinutes(5),
        });
    }
}
