using EdgeSync.Testbed.Kubernetes;
using EdgeSync.Testbed.Peers;

namespace EdgeSync.Testbed.Packages;

/// <summary>Gets everything the testbed needs onto the machine. Quick when it is there already.</summary>
public static class Preparation
{
    /// <summary>Installs packages, fetches the peers' programs and builds the node's; says beforehand what takes long.</summary>
    public static async Task RunAsync(Action<string> report, CancellationToken cancellationToken = default)
    {
        await PackageInstaller.InstallAsync(DebianPackage.Peers, report, cancellationToken);
        await PeerTool.FetchAllAsync(report, cancellationToken);
        await KubernetesNode.PrepareAsync(report, cancellationToken);
    }
}
