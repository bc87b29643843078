using EdgeSync.Testbed.Peers;

namespace EdgeSync.Testbed.Tests;

public sealed class PeerToolTests
{
    // The first time they are fetched.
    private const int Limit = 600_000;

    [PeerFact(Timeout = Limit)]
    public async Task Run_EachTool_SaysItsVersion()
    {
        PeerTool[] tools =
        [
            await PeerTool.Cosign2Async(), await PeerTool.Cosign3Async(), await PeerTool.NotationAsync(), await PeerTool.OrasAsync(),
            await PeerTool.CraneAsync(), await PeerTool.KustomizeAsync(),
        ];

        foreach (var tool in tools)
        {
            var version = await tool.RunAsync(default, "version");
            Assert.NotEqual("", version.EnsureSuccess().Output + version.Error);
        }
    }

    [PeerFact(Timeout = Limit)]
    public async Task Run_TooLong_IsKilledAndFails()
    {
        var request = new ToolRequest("1000") { Timeout = TimeSpan.FromMilliseconds(200) };

        var failure = await Assert.ThrowsAsync<TestbedException>(() => PeerTool.Installed("sleep").RunAsync(request));

        Assert.Equal("ToolTimeout", failure.Reason);
    }

    [PeerFact(Timeout = Limit)]
    public async Task Run_InputAndEnvironment_ReachTheProgram()
    {
        var request = new ToolRequest("-c", "cat; echo $GREETING") { Input = "in\n", Environment = new Dictionary<string, string?> { ["GREETING"] = "out" } };

        var result = await PeerTool.Installed("sh").RunAsync(request);

        Assert.Equal("in\nout\n", result.EnsureSuccess().Output);
    }
}
