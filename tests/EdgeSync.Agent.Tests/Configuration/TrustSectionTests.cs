using EdgeSync.Agent.Configuration;

namespace EdgeSync.Agent.Tests.Configuration;

public sealed class TrustSectionTests
{
    [Theory]
    [InlineData("releases: {keys: [a.pub]}", "6:13: trust.releases: contradicts root")]
    [InlineData("bundles: {keys: [a.pub]}", "6:12: trust.bundles: contradicts root")]
    [InlineData("file: trust.yaml", "6:9: trust.file: contradicts root")]
    [InlineData("repository: 'https://r.example.com'", "6:15: trust.repository:")]
    public void Load_RootAndSomethingThatContradictsIt_IsAFaultWithItsPlace(string line, string expected)
    {
        using var folder = new ConfigurationFolder("root.json", "trust.yaml");

        var failure = Assert.Throws<ConfigurationException>(() => folder.Load(Text($"  root: root.json\n  {line}")));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_RepositoryWithoutRoot_IsAFault()
    {
        using var folder = new ConfigurationFolder();

        var failure = Assert.Throws<ConfigurationException>(
            () => folder.Load(Text("  releases: {keys: [a.pub]}\n  bundles: {keys: [a.pub]}\n  repository: r.example.com/trust")));

        Assert.Contains("there is no 'root'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_RootAlone_IsEnough()
    {
        using var folder = new ConfigurationFolder("root.json");

        var trust = folder.Load(Text("  root: root.json\n  repository: r.example.com/trust")).Trust;

        Assert.Equal((folder["root.json"], "r.example.com/trust"), (trust.Root, trust.Repository));
    }

    [Fact]
    public void Load_MissingRoot_IsAFault()
    {
        using var folder = new ConfigurationFolder();

        Assert.Contains("trust.root: no such file", Assert.Throws<ConfigurationException>(() => folder.Load(Text("  root: root.json"))).Message, StringComparison.Ordinal);
    }

    private static string Text(string trust) =>
        $"site: store-1\nfleet: retail\nchannels: [{{name: stable, reference: r.example.com/releases}}]\ntrust:\n{trust}\ncluster: {{kubeconfig: kubeconfig}}\n";
}
