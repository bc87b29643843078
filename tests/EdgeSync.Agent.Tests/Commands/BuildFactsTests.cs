using System.Text.Json;
using EdgeSync.Agent.Commands;

namespace EdgeSync.Agent.Tests.Commands;

public sealed class BuildFactsTests
{
    [Fact]
    public void Current_ThisBuild_HasVersionCommitAndFramework()
    {
        var facts = BuildFacts.Current;

        Assert.Matches(@"^\d+\.\d+\.\d+", facts.Version);
        Assert.Matches("^([0-9a-f]{40}(-dirty)?|unknown)$", facts.Commit);
        Assert.Equal("net10.0", facts.Framework);
        Assert.StartsWith(".NET 10.", facts.Runtime, StringComparison.Ordinal);
        Assert.False(facts.Native);
    }

    [Fact]
    public void Json_BuildFacts_HasTheNamesThatScriptsRead()
    {
        var facts = new BuildFacts("1.2.3", "abc", "net9.0", ".NET 9.0.1", "arm64", "linux-arm64", Native: true);

        var json = JsonSerializer.Serialize(facts, VersionJsonContext.Default.BuildFacts);

        Assert.Equal(
            """{"version":"1.2.3","commit":"abc","framework":"net9.0","runtime":".NET 9.0.1","architecture":"arm64","platform":"linux-arm64","native":true}""", json);
    }
}
