using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Failures;
using EdgeSync.Agent.Holds;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Agent.Tests.Configuration;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Agent.Tests.Daemon;

/// <summary>The whole agent in this process; its registry and its cluster do not answer.</summary>
public sealed class AgentHostTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();
    private readonly TcpListener _reserved = new(IPAddress.Loopback, 0);
    private readonly AgentConfiguration _configuration;

    public AgentHostTests()
    {
        foreach (var file in new[] { "a.pub", "b.pub" })
        {
            using var key = SigningKey.Create(file);
            File.WriteAllText(_folder[file], key.PublicKey.ToPem());
        }

        _reserved.Start();
        _configuration = _folder.Load(ConfigurationFolder.Minimal.Replace("registry.example.com", "127.0.0.1:9", StringComparison.Ordinal) + $$"""
            stateDirectory: state
            runDirectory: run
            registries: [{host: "127.0.0.1:9", plainHttp: true}]
            runtime: {endpoint: none}
            mirror: {listen: "{{_reserved.LocalEndpoint}}"}

            """);
    }

    [Fact]
    public async Task LocalApi_AnswersStatusAndHolds()
    {
        _reserved.Stop();
        await using var host = await StartAsync();
        using var daemon = new LocalApiClient(_configuration.ControlSocket);

        Assert.Equal("store-0042", (await daemon.GetStatusAsync(CancellationToken.None)).Site);
        Assert.Equal("crew", Assert.Single((await daemon.SetHoldAsync(new HoldRequest("crew", "open"), CancellationToken.None)).Holds).Owner);
        Assert.Single((await daemon.ListHoldsAsync(CancellationToken.None)).Holds);
        var refused = await Assert.ThrowsAsync<AgentException>(() => daemon.SetHoldAsync(new HoldRequest("crew", ""), CancellationToken.None));
        Assert.Equal(("HoldInvalid", ExitCodes.Usage), (refused.Reason, refused.ExitCode));
        Assert.Equal("NoTrustRoot", (await Assert.ThrowsAsync<AgentException>(() => daemon.GetTrustAsync(CancellationToken.None))).Reason);
        Assert.Single((await daemon.ClearHoldsAsync(new HoldEnding("crew"), CancellationToken.None)).Ended);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_configuration.ControlSocket));
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", "", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v2/", "", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/v1/holds", "", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/v1/holds", "no json", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/v1/holds", """{"owner":"crew"}""", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/v1/trust", """{"envelopes":[]}""", HttpStatusCode.BadRequest)]
    public async Task LocalApi_WrongRequest_IsRefused(string method, string path, string body, HttpStatusCode expected)
    {
        _reserved.Stop();
        await using var host = await StartAsync();
        using var http = Http();
        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://localhost{path}");
        if (body.Length > 0)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await http.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(expected == HttpStatusCode.MethodNotAllowed ? ["GET", "POST"] : [], response.Content.Headers.Allow.Order());
    }

    [Fact]
    public async Task LocalApi_LargeBody_IsRefused()
    {
        _reserved.Stop();
        await using var host = await StartAsync();
        using var daemon = new LocalApiClient(_configuration.ControlSocket);

        await Assert.ThrowsAsync<LocalApiException>(() => daemon.SetHoldAsync(new HoldRequest("crew", new string('x', 20_000)), CancellationToken.None));
        Assert.Empty((await daemon.ListHoldsAsync(CancellationToken.None)).Holds);
    }

    [Fact]
    public async Task Mirror_OnItsPort_ServesNoLocalApi()
    {
        _reserved.Stop();
        await using var host = await StartAsync();
        using var http = new HttpClient();

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"http://{_configuration.Mirror.Listen}/v2/")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"http://{_configuration.Mirror.Listen}{LocalApiEndpoints.StatusPath}")).StatusCode);
    }

    [Fact]
    public async Task Start_MirrorPortIsTaken_RunsWithoutTheMirrorAndSaysSo()
    {
        await using (var host = await AgentHost.CreateAsync(_configuration, isOnePass: true, CancellationToken.None))
        {
            await host.StartAsync(CancellationToken.None);

            var notice = Assert.Single(host.Site.Status().Notices!, notice => notice.Reason == "AddressInUse");
            Assert.Contains(_configuration.Mirror.Listen.ToString(), notice.Message, StringComparison.Ordinal);
            using var daemon = new LocalApiClient(_configuration.ControlSocket);
            Assert.Empty((await daemon.ListHoldsAsync(CancellationToken.None)).Holds);
        }

        StateLock.Take(_configuration.StateDirectory).Dispose();
    }

    [Fact]
    public async Task Start_FailsHalfWay_ReleasesTheState()
    {
        _reserved.Stop();
        File.WriteAllText(_folder["a.pub"], "no key");
        await using (var host = await AgentHost.CreateAsync(_configuration, isOnePass: true, CancellationToken.None))
        {
            await Assert.ThrowsAnyAsync<EdgeSyncException>(() => host.StartAsync(CancellationToken.None));
        }

        StateLock.Take(_configuration.StateDirectory).Dispose();
    }

    [Fact]
    public async Task Shutdown_OnRequest_IsNoFailure()
    {
        _reserved.Stop();
        await using var host = await StartAsync();
        using var stop = new CancellationTokenSource();
        var running = host.WaitForShutdownAsync(stop.Token);

        await stop.CancelAsync();

        Assert.True(await running);
    }

    [Fact]
    public async Task Holds_WithoutADaemon_AreTheOnesThatTheDaemonHasLater()
    {
        _reserved.Stop();
        var holds = new HoldClient(_configuration);
        await holds.SetAsync(new HoldRequest("crew", "open"), CancellationToken.None);

        await using (await StartAsync())
        {
            Assert.Single((await holds.ListAsync(CancellationToken.None)).Holds);
        }

        Assert.Single((await holds.ClearAsync(new HoldEnding("crew", "crew"), CancellationToken.None)).Ended);
    }

    public void Dispose()
    {
        _reserved.Dispose();
        _folder.Dispose();
    }

    private async Task<AgentHost> StartAsync()
    {
        var host = await AgentHost.CreateAsync(_configuration, isOnePass: true, CancellationToken.None);
        await host.StartAsync(CancellationToken.None);
        return host;
    }

    private HttpClient Http() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_configuration.ControlSocket), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });
}
