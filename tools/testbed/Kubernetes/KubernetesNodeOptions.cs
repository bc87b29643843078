namespace EdgeSync.Testbed.Kubernetes;

/// <summary>What a cluster is to be like. Default: a node on which pods run.</summary>
public sealed record KubernetesNodeOptions
{
    /// <summary>Tells several clusters of one run apart, and is their folder in it. Default: node.</summary>
    public string Name { get; init; } = "node";

    /// <summary>Only the API server: comes up in seconds, runs no pods and no controllers. Default: false.</summary>
    public bool ApiOnly { get; init; }

    /// <summary>Where the API server logs who asked for what and when; a node of Debian's packages only. Default: it does not.</summary>
    public string? AuditLogPath { get; init; }

    /// <summary>A cluster that is there already. Default: that of <c>EDGESYNC_KUBECONFIG</c>, if any.</summary>
    public GivenCluster? Given { get; init; }
}
