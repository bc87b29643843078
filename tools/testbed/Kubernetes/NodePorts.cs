using System.Globalization;

namespace EdgeSync.Testbed.Kubernetes;

/// <summary>The ports of one node, and a subnet for its pods that no other node of this machine has.</summary>
internal sealed record NodePorts(int Etcd, int EtcdPeer, int Api, int ControllerManager, int Scheduler, int Kubelet)
{
    /// <summary>Out of etcd's port: as that is reserved, so is the subnet.</summary>
    public string PodSubnet { get; } = string.Create(CultureInfo.InvariantCulture, $"10.{100 + (Etcd % 10_000 / 250)}.{Etcd % 250}.0/24");

    public static NodePorts Reserve(TestbedSession session) => new(
        session.ReservePort(),
        session.ReservePort(),
        session.ReservePort(),
        session.ReservePort(),
        session.ReservePort(),
        session.ReservePort());
}
