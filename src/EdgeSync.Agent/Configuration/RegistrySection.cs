using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary><c>registries[]</c>: how to reach one registry host, and with which credentials. A host that is not listed is reached by HTTPS without credentials.</summary>
internal sealed record RegistrySection
{
    /// <summary>The host as references write it, with the port if they have one.</summary>
    public required string Host { get; init; }

    /// <summary>Without TLS.</summary>
    public bool PlainHttp { get; init; }

    /// <summary>Certificates (PEM) that may sign the registry's own, instead of the machine's list.</summary>
    public string? CaFile { get; init; }

    /// <summary>The certificate (PEM) that the agent shows.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>The key of <see cref="ClientCertificateFile"/>.</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>User name for basic authentication and for token servers.</summary>
    public string? UsernameFile { get; init; }

    /// <summary>Password of <see cref="UsernameFile"/>.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>A bearer token.</summary>
    public string? TokenFile { get; init; }

    /// <summary>A Docker <c>config.json</c> that has an entry for this host.</summary>
    public string? DockerConfig { get; init; }

    public static RegistrySection Read(YamlSection reader)
    {
        var section = new RegistrySection
        {
            Host = reader.Text("host", "registry.example.com:5000"),
            PlainHttp = reader.Flag("plainHttp", fallback: false),
            CaFile = reader.OptionalFile("caFile"),
            ClientCertificateFile = reader.OptionalFile("clientCertificateFile"),
            ClientKeyFile = reader.OptionalSecretFile("clientKeyFile"),
            UsernameFile = reader.OptionalFile("usernameFile"),
            PasswordFile = reader.OptionalSecretFile("passwordFile"),
            TokenFile = reader.OptionalSecretFile("tokenFile"),
            DockerConfig = reader.OptionalSecretFile("dockerConfig"),
        };
        section.Check(reader);
        return section;
    }

    private void Check(YamlSection reader)
    {
        if (Host.Length > 0 && !RepositoryName.IsHost(Host))
        {
            reader.Fault("host", $"'{Host}' is no host; write it as references do, NAME or NAME:PORT, without https://");
        }

        if (PlainHttp && (CaFile is not null || ClientCertificateFile is not null))
        {
            reader.Fault("plainHttp", "contradicts caFile and clientCertificateFile, which need TLS; remove one of them");
        }

        Together(reader, "clientCertificateFile", ClientCertificateFile, "clientKeyFile", ClientKeyFile);
        Together(reader, "usernameFile", UsernameFile, "passwordFile", PasswordFile);

        string[] ways = [.. new[] { ("usernameFile", UsernameFile), ("tokenFile", TokenFile), ("dockerConfig", DockerConfig) }
            .Where(way => way.Item2 is not null).Select(way => way.Item1)];
        if (ways.Length > 1)
        {
            reader.Fault(ways[1], $"contradicts {ways[0]}; choose one way to log in");
        }
    }

    private static void Together(YamlSection reader, string first, string? firstValue, string second, string? secondValue)
    {
        if (firstValue is null != secondValue is null)
        {
            var (given, missing) = firstValue is null ? (second, first) : (first, second);
            reader.Fault(given, $"needs {missing} too");
        }
    }
}
