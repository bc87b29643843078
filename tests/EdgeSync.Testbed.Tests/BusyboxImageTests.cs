using EdgeSync.Testbed.Images;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Registries;
using EdgeSync.Testing;

namespace EdgeSync.Testbed.Tests;

public sealed class BusyboxImageTests
{
    private const int Limit = 120_000;

    [PeerFact(Timeout = Limit)]
    public async Task WriteLayout_SameContentTwice_GivesOneDigestThatSkopeoReads()
    {
        using var folder = new TempDirectory();
        var content = new ImageContent("/bin/busybox", "httpd", "-f") { Files = new Dictionary<string, string> { ["www/index.html"] = "hello" } };

        var first = await BusyboxImage.WriteLayoutAsync(folder["a"], "1", content);
        var second = await BusyboxImage.WriteLayoutAsync(folder["b"], "1", content);
        var read = await PeerTool.Skopeo().RunAsync(default, "inspect", $"oci:{folder["a"]}:1");

        Assert.Equal(first, second);
        Assert.Contains(first, read.EnsureSuccess().Output, StringComparison.Ordinal);
    }

    [PeerFact(Timeout = Limit)]
    public async Task Push_MultiPlatform_IsAnIndexThatPeersCopy()
    {
        await using var session = await TestbedSession.StartAsync();
        var registry = await RegistryServer.StartAsync(session);
        var image = await BusyboxImage.PushAsync(registry, "shop/web", "1", new ImageContent("/bin/busybox", "true") { MultiPlatform = true });

        var skopeo = await PeerTool.Skopeo().RunAsync(
            default, "copy", "--all", "--src-tls-verify=false", $"docker://{image.Reference}", $"oci:{session["copy"]}:1");
        var oras = await (await PeerTool.OrasAsync()).RunAsync(default, "resolve", "--plain-http", image.Reference);

        skopeo.EnsureSuccess();
        Assert.Equal(image.Digest, oras.EnsureSuccess().Output.Trim());
        Assert.Equal(7, Directory.GetFiles(session[Path.Combine("copy", "blobs", "sha256")]).Length);
    }
}
