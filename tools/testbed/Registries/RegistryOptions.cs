using EdgeSync.Testbed.Certificates;

namespace EdgeSync.Testbed.Registries;

/// <summary>What a registry is to be like. Default: plain HTTP, nobody has to log in.</summary>
public sealed record RegistryOptions
{
    /// <summary>Tells several registries of one run apart. Default: registry.</summary>
    public string Name { get; init; } = "registry";

    /// <summary>Serves TLS with this certificate. Default: plain HTTP.</summary>
    public PemFiles? Certificate { get; init; }

    /// <summary>Asks for a client certificate that this authority signed (PEM file). Needs <see cref="Certificate"/>.</summary>
    public string? ClientAuthorityPath { get; init; }

    /// <summary>User names and passwords (basic authentication). Default: anonymous.</summary>
    public IReadOnlyDictionary<string, string> Users { get; init; } = new Dictionary<string, string>();

    /// <summary>Default: a free one.</summary>
    public int? Port { get; init; }
}
