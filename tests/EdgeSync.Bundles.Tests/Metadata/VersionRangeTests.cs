using EdgeSync.Bundles.Metadata;

namespace EdgeSync.Bundles.Tests.Metadata;

public sealed class VersionRangeTests
{
    [Theory]
    [InlineData(">=1.27 <1.33", "v1.31.4+k3s1", true)]
    [InlineData(">=1.27 <1.33", "1.33.0", false)]
    [InlineData(">=1.27 <1.33", "1.26.99", false)]
    [InlineData(">=1.27", "v1.27.0", true)]
    [InlineData(">1.27", "1.27.0", false)]
    [InlineData(">1.27", "1.27.1-rc.1", true)]
    [InlineData("<=2", "2.0.0", true)]
    [InlineData("<=2", "2.0.1", false)]
    [InlineData("=1.2.3", "1.2.3", true)]
    [InlineData("=1.2.3", "1.2.4", false)]
    [InlineData(">=1.9", "1.10.0", true)]
    [InlineData(">=1", "nonsense", false)]
    [InlineData(">=1", "", false)]
    public void Contains_Version_IsComparedByNumbers(string range, string version, bool expected)
    {
        Assert.True(VersionRange.TryParse(range, out var parsed));
        Assert.Equal(expected, parsed.Contains(version));
        Assert.Equal(range, parsed.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1.27")]
    [InlineData(">=")]
    [InlineData(">=1.2.3.4")]
    [InlineData(">=v1.2")]
    [InlineData(">= 1.2")]
    [InlineData(">=1.27  <1.33")]
    [InlineData(">=1.x")]
    [InlineData(">=-1")]
    [InlineData(">=99999999999")]
    [InlineData("^1.2")]
    [InlineData(">=1 >=1 >=1 >=1 >=1")]
    public void TryParse_NoRange_IsRefused(string? text)
    {
        Assert.False(VersionRange.TryParse(text, out _));
    }

    [Fact]
    public void Problem_SiteThatIsTooOld_IsNamedWithBothVersions()
    {
        var needs = new BundleRequirements { Kubernetes = ">=1.30", Agent = ">=0.1" };

        Assert.Null(needs.KubernetesProblem("v1.31.0") ?? needs.AgentProblem("0.1.0"));
        Assert.Equal("the bundle needs Kubernetes >=1.30, and this site has v1.29.9", needs.KubernetesProblem("v1.29.9"));
        Assert.Equal("the bundle needs the agent >=0.1, and this site has 0.0.9", needs.AgentProblem("0.0.9"));
    }
}
