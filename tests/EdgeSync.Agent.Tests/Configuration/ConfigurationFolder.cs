using EdgeSync.Agent.Configuration;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.Configuration;

/// <summary>A folder with a configuration file and the files that it names.</summary>
internal sealed class ConfigurationFolder : IDisposable
{
    public const string Minimal = """
        site: store-0042
        fleet: retail
        trust:
          releases: {keys: [a.pub]}
          bundles: {keys: [b.pub]}
        channels:
          - name: stable
            reference: registry.example.com/retail/releases
        cluster: {kubeconfig: kubeconfig}

        """;

    private readonly TempDirectory _directory = new();

    public ConfigurationFolder(params string[] files)
    {
        foreach (var file in (string[])["a.pub", "b.pub", "kubeconfig", .. files])
        {
            File.WriteAllText(_directory[file], "");
            File.SetUnixFileMode(_directory[file], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    public string FilePath => _directory["edgesync.yaml"];

    public string this[string name] => _directory[name];

    public AgentConfiguration Load(string text, params (string Name, string Value)[] environment)
    {
        File.WriteAllText(FilePath, text);
        return AgentConfigurationLoader.Load(FilePath, environment.ToDictionary(variable => variable.Name, variable => variable.Value));
    }

    /// <summary>The faults of a text, with the folder's own path taken out.</summary>
    public string[] Faults(string text, params (string Name, string Value)[] environment)
    {
        var failure = Assert.Throws<ConfigurationException>(() => Load(text, environment));
        return [.. failure.Faults.Select(fault => fault.ToString().Replace(_directory.Path + "/", "", StringComparison.Ordinal))];
    }

    public void Dispose() => _directory.Dispose();
}
