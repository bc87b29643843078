using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Setup;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.Setup;

/// <summary>The examples that operators copy must be right.</summary>
public sealed class ExamplesTests
{
    [Fact]
    public void Examples_Configuration_IsRight()
    {
        var configuration = AgentConfigurationLoader.Load(RepositoryFile.Path("deploy/k3s/edgesync.yaml"), new Dictionary<string, string>(), checkFiles: false);

        Assert.Equal(2, configuration.Trust.Releases!.Threshold);
        Assert.NotNull(configuration.Hq);
    }

    [Theory]
    [InlineData("deploy/k3s/registries.yaml")]
    [InlineData("deploy/k3s/registries-behind-harbor.yaml")]
    public void Examples_Registries_NeedNoChangeBySetup(string file)
    {
        var text = File.ReadAllText(RepositoryFile.Path(file));

        Assert.Equal(text, K3sRegistries.Edit(file, text, new Uri("http://127.0.0.1:5555")));
    }
}
