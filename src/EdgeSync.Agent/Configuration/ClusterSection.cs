using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary><c>cluster</c>: the local cluster.</summary>
/// <param name="Kubeconfig">How to reach its API server.</param>
/// <param name="InventoryNamespace">Where the inventory objects are kept.</param>
/// <param name="ReportLogs">Whether the last lines of containers' logs go into status and acknowledgements of a failure.</param>
/// <param name="IsRebuiltByHand">Whether a person has to allow that a cluster which was installed again is written to.</param>
internal sealed record ClusterSection(string Kubeconfig, string InventoryNamespace, bool ReportLogs, bool IsRebuiltByHand)
{
    /// <summary>Where k3s writes its kubeconfig.</summary>
    public const string DefaultKubeconfig = "/etc/rancher/k3s/k3s.yaml";

    public static ClusterSection Read(YamlSection reader) => new(
        reader.Has("kubeconfig") ? reader.OptionalFile("kubeconfig") ?? "" : DefaultKubeconfig,
        reader.OptionalName("inventoryNamespace", "edgesync-system"),
        reader.Flag("reportLogs", fallback: true),
        reader.Choice("rebuild", false, ("automatic", false), ("manual", true)));
}
