using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Kubernetes;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Upgrades;

/// <summary>
/// The state directory in <c>state-29b245e.tar.gz</c> was written by the agent of commit 29b245e, the last one before the libraries. That site ran demo 1.0,
/// then 2.0, rolled back from 3.0 and was held. Its registry, 127.0.0.1:9, does not exist here.
/// </summary>
public sealed class OlderStateTests
{
    private const int OlderEntries = 14;

    private static readonly EdgeSyncProgram EdgeSync = EdgeSyncProgram.Find();

    [PeerFact]
    public async Task What_an_older_agent_knew_is_shown_and_its_ledger_goes_on()
    {
        await using var session = await TestbedSession.StartAsync();
        var configuration = await WriteSiteAsync(session, Path.Combine(session["site"], "no-kubeconfig"));

        var shown = await EdgeSync.RunAsync(["status", "--config", configuration, "--output", "json"]);
        var status = JsonSerializer.Deserialize(shown.Output, ContractsJsonContext.Default.SiteStatus)!;
        var channel = Assert.Single(status.Channels);
        Assert.Equal((ChannelState.RolledBack, "ApplyRejected"), (channel.State, channel.Reason));
        Assert.Equal(("2.0", 2), (channel.Running!.Version, channel.Running.Sequence));
        Assert.Equal("inventory", Assert.Single(status.Holds ?? []).Reason);

        Verb.AssertEnded(ExitCodes.Ok, await EdgeSync.RunAsync(["hold", "clear", "--channel", "stable", "--config", configuration]));
        var ledger = SiteLedger.Verify(Path.Combine(session["site"], "state", "site.db"), Path.Combine(session["site"], "state", "identity", "ledger.pub"));
        Assert.Equal(OlderEntries + 1, ledger.Count);
    }

    [PeerFact]
    public async Task An_empty_cluster_gets_what_ran_under_the_older_agent_without_a_registry()
    {
        await using var session = await TestbedSession.StartAsync();
        await using var cluster = await KubernetesNode.StartAsync(session, new KubernetesNodeOptions { ApiOnly = true });
        var configuration = await WriteSiteAsync(session, cluster.KubeconfigPath);

        var sync = await EdgeSync.RunAsync(["sync", "--config", configuration]);

        Verb.AssertEnded(ExitCodes.RolledBack, sync, "demo 2.0 (release 2", "ApplyRejected");
        Assert.Contains("\"a\":\"c\"", await cluster.GetAsync("/api/v1/namespaces/oldstate/configmaps/settings"), StringComparison.Ordinal);
    }

    private static async Task<string> WriteSiteAsync(TestbedSession session, string kubeconfig)
    {
        var folder = Directory.CreateDirectory(session["site"]).FullName;
        await using (var archive = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Upgrades", "state-29b245e.tar.gz")))
        await using (var content = new GZipStream(archive, CompressionMode.Decompress))
        {
            await TarFile.ExtractToDirectoryAsync(content, folder, overwriteFiles: false);
        }

        var path = Path.Combine(folder, "edgesync.yaml");
        await File.WriteAllTextAsync(path, $$$"""
            site: store-1
            fleet: retail
            stateDirectory: {{{folder}}}/state
            runDirectory: {{{folder}}}/run
            registries: [{host: "127.0.0.1:9", plainHttp: true}]
            trust: {releases: {keys: [release.pub]}, bundles: {keys: [build.pub]}}
            channels: [{name: stable, reference: "127.0.0.1:9/retail/releases", namespace: default}]
            cluster: {kubeconfig: {{{kubeconfig}}}, inventoryNamespace: edgesync-oldstate}
            runtime: {endpoint: none}
            mirror: {listen: "127.0.0.1:{{{session.ReservePort()}}}"}
            """);
        return path;
    }
}
