namespace EdgeSync.Agent.Setup;

/// <summary>What <c>edgesync setup</c> was asked to do.</summary>
internal sealed record SetupRequest
{
    public required string ConfigurationPath { get; init; }

    /// <summary>For a first configuration; with one that exists they must agree.</summary>
    public string? Site { get; init; }

    public string? Fleet { get; init; }

    /// <summary>k3s's <c>registries.yaml</c>; null: found by looking at the host.</summary>
    public string? K3sRegistries { get; init; }

    /// <summary>containerd's <c>certs.d</c> folder; null: found by looking at the host.</summary>
    public string? ContainerdHosts { get; init; }

    /// <summary>The root folder for k3s and containerd; another folder in tests.</summary>
    public string Root { get; init; } = "/";
}
