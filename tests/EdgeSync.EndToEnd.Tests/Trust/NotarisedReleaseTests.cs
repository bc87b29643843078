using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Trust;

/// <summary>Releases that a holder of a certificate and a holder of a key must both sign: the real notation signs the record's artifact.</summary>
public sealed class NotarisedReleaseTests
{
    [PeerFact]
    public async Task A_release_waits_for_the_signature_beside_it_and_is_trusted_after_a_restart_without_a_registry()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        await NotationAsync(world, "cert", "generate-test", "--default", "release.example.com");
        var policy = await WritePolicyAsync(world, Path.Combine(world.Session.Folder, "notation/localkeys/release.example.com.crt"));
        await world.ReconfigureAsync(configuration => configuration with { TrustFile = policy });
        var version = new ShopVersion("1.0.0") { HasPods = false };
        var digest = await world.Delivery.PushAsync(version);
        await world.Delivery.SignAsync(digest);
        await world.Delivery.PublishAsync(digest, version, keys: [world.Delivery.ReleaseKeys[0]]);
        var release = $"{world.Delivery.ReleaseRepository}:{ShopDelivery.Channel}";
        Verb.AssertEnded(ExitCodes.NotTrusted, await VerifyAsync(release, policy), "1 of 2 trusted signatures", ReasonCodes.ThresholdNotMet);

        world.Site.Start();
        await world.AwaitRefusedAsync(ReasonCodes.ThresholdNotMet);
        await NotationAsync(world, "sign", "--insecure-registry", release);
        await world.AwaitHealthyAsync("1.0.0");

        Verb.AssertEnded(ExitCodes.Ok, await VerifyAsync(release, policy), "2 of 2 trusted signatures", "a Notation signature by");
        await world.Site.KillAsync();
        await world.Registry.StopAsync();
        world.Site.Start();
        var status = await world.Site.AwaitStatusAsync(
            s => s.Channels is [{ Running.Version: "1.0.0", State: ChannelState.Healthy }], "healthy with no registry");
        Assert.Null(status.Channels[0].Reason);
    }

    private static async Task NotationAsync(ShopWorld world, params string[] arguments)
    {
        var notation = await PeerTool.NotationAsync();
        var result = await notation.RunAsync(new ToolRequest(arguments)
        {
            Environment = new Dictionary<string, string?> { ["XDG_CONFIG_HOME"] = world.Session.Folder, ["HOME"] = world.Session.Folder },
            WorkingDirectory = world.Session.Folder,
        });
        result.EnsureSuccess();
    }

    private static async Task<string> WritePolicyAsync(ShopWorld world, string certificate)
    {
        var policy = world.Session["trust.yaml"];
        await File.WriteAllTextAsync(policy, $$"""
            schema: edgesync.dev/trust/v1
            authorities:
              - name: team
                key: {file: {{world.Delivery.ReleasePublicKeys[0]}}}
              - name: company
                x509: {certificates: [{{certificate}}], identities: ['C=US, ST=WA, O=Notary']}
              - name: build
                key: {file: {{world.Delivery.BuildPublicKey}}}
            releases:
              - authorities: [team, company]
                threshold: 2
            bundles:
              - authorities: [build]
            """);
        return policy;
    }

    private static Task<ToolResult> VerifyAsync(string release, string policy) =>
        ShopWorld.EdgeSync.RunAsync(["verify", release, "--plain-http", "--policy", policy]);
}
