using EdgeSync.Kubernetes.Checks;

namespace EdgeSync.Kubernetes.Tests.Checks;

public sealed class ServiceProbeTests
{
    private static readonly ServiceProbe Good = new() { Name = "till", Service = "web", Port = "8080" };

    [Fact]
    public void FindProblem_GoodOnes_HaveNone()
    {
        Assert.Null(Good.FindProblem());
        Assert.Null((Good with { Namespace = "shop", Port = "http", Path = "/ready?full=1", Scheme = "https", Status = 204, TimeoutSeconds = 60 }).FindProblem());
        Assert.Equal((200, ServiceProbe.DefaultTimeout), (Good.WantedStatus, Good.Limit));
    }

    [Theory]
    [InlineData("ready")]
    [InlineData("")]
    [InlineData("/a b")]
    [InlineData("/a#b")]
    [InlineData("/a\\b")]
    [InlineData("/a\nb")]
    [InlineData("/../secrets")]
    [InlineData("/a/..")]
    [InlineData("/a/%2e%2E/b")]
    [InlineData("/a/./b")]
    public void PathProblem_PathsThatCouldLeadElsewhere_AreRefused(string path) => Assert.NotNull(ServiceProbe.PathProblem(path));

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("99999999999")]
    [InlineData("")]
    [InlineData("Http")]
    [InlineData("a/b")]
    [InlineData("80:90")]
    public void PortProblem_NoPort_IsRefused(string port) => Assert.NotNull(ServiceProbe.PortProblem(port));

    [Fact]
    public void FindProblem_BadOnes_AreRefused()
    {
        Assert.NotNull((Good with { Name = "Till" }).FindProblem());
        Assert.NotNull((Good with { Service = "a/b" }).FindProblem());
        Assert.NotNull((Good with { Namespace = "../x" }).FindProblem());
        Assert.NotNull((Good with { Scheme = "ftp" }).FindProblem());
        Assert.NotNull((Good with { Status = 99 }).FindProblem());
        Assert.NotNull((Good with { TimeoutSeconds = 61 }).FindProblem());
    }
}
