using EdgeSync.Agent.Failures;
using EdgeSync.Agent.Setup;

namespace EdgeSync.Agent.Tests.Setup;

public sealed class ContainerdHostsTests
{
    private static readonly Uri Mirror = new("http://127.0.0.1:5555");

    public static TheoryData<string> Cases => GoldenFolders.Of("ContainerdHosts");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Edit_GoldenCase_PutsTheMirrorFirstOrRefuses(string name)
    {
        var before = GoldenFolders.Before("ContainerdHosts", name);
        if (GoldenFolders.After("ContainerdHosts", name) is { } expected)
        {
            var after = ContainerdHosts.Edit("hosts.toml", before, Mirror);

            Assert.Equal(expected, after);
            Assert.Equal(after, ContainerdHosts.Edit("hosts.toml", after, Mirror));
        }
        else
        {
            var failure = Assert.Throws<AgentException>(() => ContainerdHosts.Edit("hosts.toml", before, Mirror));

            Assert.Contains(GoldenFolders.Refusal("ContainerdHosts", name), failure.Message, StringComparison.Ordinal);
        }
    }
}
