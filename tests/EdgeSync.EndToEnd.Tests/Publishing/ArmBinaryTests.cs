using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Publishing;

/// <summary>The binary that was cross-compiled for arm64, in QEMU.</summary>
public sealed class ArmBinaryTests(PublisherFixture fixture) : IClassFixture<PublisherFixture>
{
    [PeerFact]
    public async Task The_binary_for_arm64_starts_and_prints_its_version()
    {
        var program = await EdgeSyncProgram.FindArmAsync();

        var version = await program.RequireAsync(["version"]);

        var here = await ShopWorld.EdgeSync.RequireAsync(["version"]);
        Assert.Equal(here.Replace("x64", "arm64", StringComparison.Ordinal), version);
    }

    [PeerFact]
    public async Task The_binary_for_arm64_checks_a_bundle_folder()
    {
        var program = await EdgeSyncProgram.FindArmAsync();
        var good = await fixture.WriteSourceAsync(("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page}\n"));

        Verb.AssertEnded(ExitCodes.Ok, await program.RunAsync(["bundle", "lint", good]));
        Assert.NotEqual(ExitCodes.Ok, (await program.RunAsync(["bundle", "lint", fixture.NewPath("missing")])).ExitCode);
    }

    [PeerFact]
    public async Task The_binary_for_arm64_verifies_the_signature_of_a_layout()
    {
        var program = await EdgeSyncProgram.FindArmAsync();
        var layout = fixture.NewPath("layout");
        var oras = await PeerTool.OrasAsync();
        Verb.AssertEnded(ExitCodes.Ok, await PublisherFixture.RunAsync("bundle", "sign", "--key", fixture.Delivery.BuildKey, "--plain-http", fixture.Bundle));
        var signature = $"{fixture.Bundle.Split('@')[1].Replace(':', '-')}.sig";
        (await oras.RunAsync(default, "copy", "--from-plain-http", "--to-oci-layout", fixture.Bundle, $"{layout}:shop")).EnsureSuccess();
        (await oras.RunAsync(default, "copy", "--from-plain-http", "--to-oci-layout", $"{fixture.Delivery.BundleRepository}:{signature}", $"{layout}:{signature}"))
            .EnsureSuccess();

        Verb.AssertEnded(ExitCodes.Ok, await VerifyAsync(fixture.Delivery.BuildPublicKey), "trusted");
        Verb.AssertEnded(ExitCodes.NotTrusted, await VerifyAsync(fixture.Delivery.ReleasePublicKeys[0]), "SignatureUntrusted");

        async Task<ToolResult> VerifyAsync(string publicKey) =>
            await program.RunAsync(["verify", $"{layout}:shop", "--policy", await fixture.WritePolicyAsync(publicKey)]);
    }
}
