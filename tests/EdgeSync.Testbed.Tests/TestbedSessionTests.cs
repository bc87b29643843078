using System.Diagnostics;
using EdgeSync.Testbed.Processes;
using EdgeSync.Testing;

namespace EdgeSync.Testbed.Tests;

public sealed class TestbedSessionTests
{
    private const int Limit = 60_000;

    [PeerFact(Timeout = Limit)]
    public async Task Dispose_RunningProcesses_EndsThemAndRemovesTheFolder()
    {
        ProcessIdentity process;
        string folder;
        await using (var session = await TestbedSession.StartAsync())
        {
            folder = session.Folder;
            process = session.Start(new ProcessRequest("sleeper", "sleep", "1000")).Identity;
            Assert.True(process.IsAlive);
        }

        Assert.False(process.IsAlive);
        Assert.False(Directory.Exists(folder));
    }

    [PeerFact(Timeout = Limit)]
    public async Task Dispose_ProcessThatLeftItsParent_IsEndedToo()
    {
        ProcessIdentity grandchild;
        await using (var session = await TestbedSession.StartAsync())
        {
            var parent = session.Start(new ProcessRequest("parent", "sh", "-c", "setsid sleep 1000 & echo $!"));
            await parent.WaitForExitAsync();
            grandchild = ProcessIdentity.Read(int.Parse(parent.ReadLog(), System.Globalization.CultureInfo.InvariantCulture))!.Value;
        }

        Assert.False(grandchild.IsAlive);
    }

    [PeerFact(Timeout = Limit)]
    public async Task Clean_OwnerWasKilled_EndsWhatItLeft()
    {
        using var folder = new TempDirectory();
        using var owner = StartTestbed(folder.Path, "hold", folder["run"]);
        var registry = await owner.StandardOutput.ReadLineAsync();
        var broker = await owner.StandardOutput.ReadLineAsync();
        Assert.StartsWith("registry 127.0.0.1:", registry, StringComparison.Ordinal);
        Assert.StartsWith("broker   127.0.0.1:", broker, StringComparison.Ordinal);
        var left = ProcessesOf(folder.Path);
        Assert.Equal(2, left.Count);

        owner.Kill();
        await owner.WaitForExitAsync();
        Assert.All(left, p => Assert.True(p.IsAlive));
        using var cleaner = StartTestbed(folder.Path, "clean");
        await cleaner.WaitForExitAsync();

        Assert.Equal("ended 1 run", (await cleaner.StandardOutput.ReadToEndAsync()).Trim());
        Assert.All(left, p => Assert.False(p.IsAlive));
        Assert.True(Directory.Exists(folder["run"]));
    }

    [PeerFact(Timeout = Limit)]
    public async Task Clean_OwnerIsAlive_LeavesItsProcesses()
    {
        await using var session = await TestbedSession.StartAsync();
        var process = session.Start(new ProcessRequest("sleeper", "sleep", "1000"));

        await TestbedSession.CleanAsync();

        Assert.True(process.IsRunning);
    }

    [Fact]
    public void IsAlive_SameIdOtherStart_IsFalse()
    {
        var own = ProcessIdentity.Read(Environment.ProcessId)!.Value;

        Assert.True(own.IsAlive);
        Assert.False((own with { StartedAt = own.StartedAt + 1 }).IsAlive);
    }

    // With records in a folder of its own, because the sessions of other tests that run at the same time clean up the usual one.
    private static Process StartTestbed(string cache, params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "testbed.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            Environment = { ["XDG_CACHE_HOME"] = cache },
        })!;

    // By what they were started with: the registry and the broker name a file of the folder.
    private static List<ProcessIdentity> ProcessesOf(string folder) =>
    [
        .. Process.GetProcesses()
            .Where(p => p.ProcessName is "docker-registry" or "mosquitto")
            .Where(p => File.ReadAllText($"/proc/{p.Id}/cmdline").Contains(folder, StringComparison.Ordinal))
            .Select(p => ProcessIdentity.Read(p.Id)!.Value),
    ];
}
