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

    [Theory]
    [MemberData(nameof(Cases))]
    public void Remove_AfterEdit_LeavesWhatWasThere(string name)
    {
        var before = GoldenFolders.Before("ContainerdHosts", name);
        if (GoldenFolders.After("ContainerdHosts", name) is not { } with || before.Contains("EdgeSync", StringComparison.Ordinal) || before == with)
        {
            return;
        }

        var without = ContainerdHosts.Remove("hosts.toml", with, Mirror);

        Assert.Equal(before.Trim(), without.Trim());
        Assert.Equal(without, ContainerdHosts.Remove("hosts.toml", without, Mirror));
    }

    [Theory]
    [InlineData("[plugins.\"io.containerd.grpc.v1.cri\".registry]\n  config_path = \"/etc/containerd/certs.d\"", true)]
    [InlineData("[plugins.'io.containerd.cri.v1.images'.registry]\nconfig_path = '/etc/docker/certs.d:/etc/containerd/certs.d'", true)]
    [InlineData("plugins.cri.registry.config_path = \"/etc/containerd/certs.d\"", true)]
    [InlineData("[plugins.\"io.containerd.grpc.v1.cri\".registry]\n  # config_path = \"/etc/containerd/certs.d\"", false)]
    [InlineData("[plugins.\"io.containerd.grpc.v1.cri\".registry]\n  config_path = \"/etc/docker/certs.d\"", false)]
    [InlineData("root = \"/etc/containerd/certs.d\"", false)]
    [InlineData("config_path: /etc/containerd/certs.d", false)]
    public void IsConfigured_ConfigPath_IsReadAsToml(string configuration, bool expected) =>
        Assert.Equal(expected, ContainerdHosts.IsConfigured(configuration, "/etc/containerd/certs.d"));
}
