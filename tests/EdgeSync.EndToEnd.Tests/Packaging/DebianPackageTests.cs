using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testing;

namespace EdgeSync.EndToEnd.Tests.Packaging;

/// <summary>The deb of the published binary, installed by dpkg into a folder as into an image.</summary>
public sealed class DebianPackageTests : IDisposable
{
    private const string Wanted = "etc/systemd/system/multi-user.target.wants/edgesync.service";
    private readonly TempDirectory _folder = new();

    public DebianPackageTests()
    {
        foreach (var name in new[] { "info", "updates" })
        {
            Directory.CreateDirectory(_folder[$"root/var/lib/dpkg/{name}"]);
        }

        File.WriteAllText(_folder["root/var/lib/dpkg/status"], "");
    }

    public void Dispose() => _folder.Dispose();

    [PeerFact]
    public async Task Twice_built_is_the_same_to_the_byte()
    {
        var first = await BuildAsync("a");
        var second = await BuildAsync("b");

        Assert.Equal(await File.ReadAllBytesAsync(first), await File.ReadAllBytesAsync(second));
    }

    [PeerFact]
    public async Task Installed_upgraded_and_purged_it_keeps_to_what_the_operator_wants()
    {
        var package = await BuildAsync("packages");
        await DpkgAsync("--install", package);
        Assert.True(new FileInfo(_folder[$"root/{Wanted}"]).LinkTarget is not null, "the unit is not enabled");
        Assert.True(File.Exists(_folder["root/usr/bin/edgesync"]));

        await File.WriteAllTextAsync(_folder["root/etc/edgesync/edgesync.yaml"], "site: store-0042\n");
        Directory.CreateDirectory(_folder["root/var/lib/edgesync/identity"]);
        File.Delete(_folder[$"root/{Wanted}"]);
        await DpkgAsync("--install", package);
        Assert.Null(new FileInfo(_folder[$"root/{Wanted}"]).LinkTarget);
        Assert.True(Directory.Exists(_folder["root/var/lib/edgesync/identity"]));

        await DpkgAsync("--purge", "edgesync");
        Assert.False(File.Exists(_folder["root/usr/bin/edgesync"]));
        Assert.False(Directory.Exists(_folder["root/var/lib/edgesync"]));
        Assert.Equal("site: store-0042\n", await File.ReadAllTextAsync(_folder["root/etc/edgesync/edgesync.yaml"]));
    }

    private async Task<string> BuildAsync(string folder)
    {
        var script = RepositoryFile.Path("packaging/deb/build.sh");
        var result = await PeerTool.Installed("bash").RunAsync(default, script, ShopWorld.EdgeSync.Path, _folder[folder]);
        return result.EnsureSuccess().Output.Trim();
    }

    private async Task DpkgAsync(string action, string what) =>
        (await PeerTool.Installed("dpkg").RunAsync(
            default, $"--root={_folder["root"]}", "--log=/dev/null", "--force-depends", "--force-script-chrootless", action, what)).EnsureSuccess();
}
