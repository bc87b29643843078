using System.Text.Json.Nodes;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Networks;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Verbs;

/// <summary><c>edgesync verify</c>, at a registry, and where there is no network at all.</summary>
public sealed class VerifyTests(PublisherFixture fixture) : IClassFixture<PublisherFixture>
{
    [PeerFact]
    public async Task A_bundle_is_trusted_by_its_signer_only_and_each_rule_is_shown_with_its_evidence()
    {
        var target = await SignAsync("11.0.0");

        var good = await PublisherFixture.RunAsync("verify", target, "--plain-http", "--policy", await fixture.WritePolicyAsync(fixture.Delivery.BuildPublicKey));
        var bad = await PublisherFixture.RunAsync("verify", target, "--plain-http", "--policy", await fixture.WritePolicyAsync(fixture.Delivery.ReleasePublicKeys[0]));
        var json = await PublisherFixture.RunAsync(
            "verify", target, "--plain-http", "--output", "json", "--policy", await fixture.WritePolicyAsync(fixture.Delivery.ReleasePublicKeys[0]));

        Verb.AssertEnded(ExitCodes.Ok, good, "trusted", "rule 'all'", "1 of 1 trusted signatures");
        Verb.AssertEnded(ExitCodes.NotTrusted, bad, "NOT TRUSTED", "FAIL signatures", "0 of 1", "SignatureUntrusted", "hint:");
        Assert.Equal(ExitCodes.NotTrusted, json.ExitCode);
        var report = JsonNode.Parse(json.Output)!;
        Assert.Equal((false, "SignatureUntrusted"), ((bool)report["trusted"]!, (string)report["reason"]!));
        Assert.False((bool)report["checks"]![0]!["passed"]!);
    }

    [PeerFact]
    public async Task A_copy_on_a_stick_has_the_same_verdict_with_no_network_interface()
    {
        var target = await SignAsync("12.0.0");
        var digest = target.Split('@')[1];
        var stick = fixture.NewPath("stick");
        var oras = await PeerTool.OrasAsync();
        var signature = $"{fixture.Delivery.BundleRepository}:{digest.Replace(':', '-')}.sig";
        (await oras.RunAsync(default, "copy", "--from-plain-http", "--to-oci-layout", target, $"{stick}:shop")).EnsureSuccess();
        (await oras.RunAsync(default, "copy", "--from-plain-http", "--to-oci-layout", signature, $"{stick}:{signature.Split(':')[^1]}")).EnsureSuccess();
        var good = await fixture.WritePolicyAsync(fixture.Delivery.BuildPublicKey);
        var bad = await fixture.WritePolicyAsync(fixture.Delivery.ReleasePublicKeys[0]);
        await using var nothing = await NetworkNamespace.StartAsync(fixture.Session);

        Verb.AssertEnded(ExitCodes.Ok, await InsideAsync(nothing, "verify", $"{stick}:shop", "--policy", good), "trusted", digest);
        Verb.AssertEnded(ExitCodes.Ok, await InsideAsync(nothing, "verify", $"{stick}@{digest}", "--policy", good), "trusted", digest);
        Verb.AssertEnded(ExitCodes.NotTrusted, await InsideAsync(nothing, "verify", $"{stick}:shop", "--policy", bad), "SignatureUntrusted");
        Verb.AssertFailed(ExitCodes.Unavailable, await InsideAsync(nothing, "verify", target, "--plain-http", "--policy", good), fixture.Registry.Address);
    }

    [PeerFact]
    public async Task A_policy_with_faults_is_refused_with_all_of_them()
    {
        var policy = fixture.NewPath("trust.yaml");
        await File.WriteAllTextAsync(policy, "schema: edgesync.dev/trust/v1\nautorities: []\nreleases:\n  - authorities: [nobody]\n    threshold: two\nbundles: []\n");

        Verb.AssertFailed(
            ExitCodes.BadConfiguration,
            await PublisherFixture.RunAsync("verify", fixture.Bundle, "--plain-http", "--policy", policy),
            $"{policy}:2:", "autorities", $"{policy}:5:", "threshold");
    }

    private static Task<ToolResult> InsideAsync(NetworkNamespace network, params string[] verb) => network.RunAsync([ShopWorld.EdgeSync.Path, .. verb]);

    private async Task<string> SignAsync(string version)
    {
        var target = $"{fixture.Delivery.BundleRepository}@{await fixture.Delivery.PushAsync(new ShopVersion(version) { HasPods = false })}";
        Verb.AssertEnded(ExitCodes.Ok, await PublisherFixture.RunAsync("bundle", "sign", "--key", fixture.Delivery.BuildKey, "--plain-http", target));
        return target;
    }
}
