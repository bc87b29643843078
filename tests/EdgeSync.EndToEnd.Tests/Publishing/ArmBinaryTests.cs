using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Publishing;

/// <summary>The binary that was cross-compiled for arm64, in QEMU.</summary>
public sealed class ArmBinaryTests(PublisherDesk desk) : IClassFixture<PublisherDesk>
{
    [PeerFact]
    public async Task The_binary_for_arm64_starts_and_prints_its_version()
    {
        var program = await EdgeSyncProgram.FindArmAsync();

        var version = await program.RequireAsync(["version"]);

        Assert.Equal(await ShopWorld.EdgeSync.RequireAsync(["version"]), version);
    }

    [PeerFact]
    public async Task The_binary_for_arm64_checks_a_bundle_folder()
    {
        var program = await EdgeSyncProgram.FindArmAsync();
        var good = await desk.WriteSourceAsync();

        Verb.AssertEnded(ExitCodes.Ok, await program.RunAsync(["bundle", "lint", good]));
        Assert.NotEqual(ExitCodes.Ok, (await program.RunAsync(["bundle", "lint", desk.NewPath("missing")])).ExitCode);
    }

    [PeerFact]
    public async Task The_binary_for_arm64_verifies_the_signature_of_a_layout()
    {
        var program = await EdgeSyncProgram.FindArmAsync();
        var layout = desk.NewPath("layout");
        var oras = await PeerTool.OrasAsync();
        Verb.AssertEnded(ExitCodes.Ok, await PublisherDesk.RunAsync("bundle", "sign", "--key", desk.Delivery.BuildKey, "--plain-http", desk.Bundle));
        var signature = $"{desk.Bundle.Split('@')[1].Replace(':', '-')}.sig";
        (await oras.RunAsync(default, "copy", "--from-plain-http", "--to-oci-layout", desk.Bundle, $"{layout}:shop")).EnsureSuccess();
        (await oras.RunAsync(default, "copy", "--from-plain-http", "--to-oci-layout", $"{desk.Delivery.BundleRepository}:{signature}", $"{layout}:{signature}"))
            .EnsureSuccess();

        Verb.AssertEnded(ExitCodes.Ok, await VerifyAsync(desk.Delivery.BuildPublicKey), "trusted");
        Verb.AssertEnded(ExitCodes.NotTrusted, await VerifyAsync(desk.Delivery.ReleasePublicKeys[0]), "SignatureUntrusted");

        async Task<ToolResult> VerifyAsync(string publicKey) =>
            await program.RunAsync(["verify", $"{layout}:shop", "--policy", await desk.WritePolicyAsync(publicKey)]);
    }
}
