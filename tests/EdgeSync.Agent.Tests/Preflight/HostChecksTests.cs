using System.Net;
using System.Net.Sockets;
using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.Preflight.Checks;
using EdgeSync.Agent.Setup;
using EdgeSync.Contracts.Checks;
using EdgeSync.Kubernetes.Runtime;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.Preflight;

/// <summary>The checks of the host: container runtime, mirror, registries.yaml.</summary>
public sealed class HostChecksTests : IDisposable
{
    private readonly TempDirectory _root = new();
    private readonly CheckFixture _site = new();

    [Fact]
    public async Task Runtime_AnswersOrNone_Passes()
    {
        Assert.Equal(CheckOutcome.Passed, (await RunAsync(new RuntimeCheck(new ScriptedRuntime()))).Outcome);
        Assert.Equal(CheckOutcome.Passed, (await RunAsync(new RuntimeCheck(new ScriptedRuntime { Version = null }))).Outcome);
    }

    [Fact]
    public async Task Runtime_NoSocket_Fails()
    {
        using var client = new ContainerRuntimeClient(new ContainerRuntimeOptions { SocketPath = _root["none.sock"] }, TimeProvider.System);

        var finding = await RunAsync(new RuntimeCheck(new RuntimeLook(client)));

        Assert.Equal(CheckOutcome.Failed, finding.Outcome);
        Assert.NotNull(finding.Do);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK", CheckOutcome.Passed)]
    [InlineData("HTTP/1.1 404 Not Found", CheckOutcome.Failed)]
    public async Task Mirror_ByItsAnswer(string answer, CheckOutcome expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var site = new CheckFixture($"mirror: {{listen: '127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}'}}\n");
        var serving = AnswerAsync(listener, answer);

        Assert.Equal(expected, (await new MirrorCheck().RunAsync(site.Context(), CancellationToken.None)).Outcome);
        await serving;
    }

    [Fact]
    public async Task Mirror_NothingListens_FailsWhileTheAgentRunsAndWarnsOtherwise()
    {
        int closed;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            closed = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        using var site = new CheckFixture($"mirror: {{listen: '127.0.0.1:{closed}'}}\n");
        var context = site.Context();

        Assert.Equal(CheckOutcome.Failed, (await new MirrorCheck().RunAsync(context, CancellationToken.None)).Outcome);
        Assert.Equal(CheckOutcome.Warned, (await new MirrorCheck().RunAsync(context with { Status = context.Status with { Live = false } }, CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task RegistriesFile_SetUp_Passes()
    {
        var folder = Directory.CreateDirectory(_root["etc/rancher/k3s"]).FullName;
        var check = new RegistriesFileCheck(new SetupRequest { ConfigurationPath = _site.Configuration.Path, Root = _root["."] }, new Dictionary<string, string>());

        Assert.Equal(CheckOutcome.Failed, (await RunAsync(check)).Outcome);
        await File.WriteAllTextAsync(Path.Combine(folder, "registries.yaml"), "mirrors: {}\n");
        Assert.Equal(CheckOutcome.Failed, (await RunAsync(check)).Outcome);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "registries.yaml"),
            new SetupPlanner(new SetupRequest { ConfigurationPath = _site.Configuration.Path, Root = _root["."] }, new Dictionary<string, string>()).Plan().Files[0].After);
        Assert.Equal(CheckOutcome.Passed, (await RunAsync(check)).Outcome);
    }

    [Fact]
    public async Task RegistriesFile_NoRuntimeOnTheHost_Warns() => Assert.Equal(
        CheckOutcome.Warned, (await RunAsync(new RegistriesFileCheck(new SetupRequest { ConfigurationPath = _site.Configuration.Path, Root = _root["nothing"] }, new Dictionary<string, string>()))).Outcome);

    [Fact]
    public async Task RegistriesFile_OfARuntimeInAnotherPlace_IsNotLookedAt()
    {
        using var site = new CheckFixture("runtime: {endpoint: 'unix:///run/other.sock'}\n");

        var finding = await new RegistriesFileCheck(new SetupRequest { ConfigurationPath = site.Configuration.Path, Root = _root["nothing"] }, new Dictionary<string, string>()).RunAsync(site.Context(), CancellationToken.None);

        Assert.Equal(CheckOutcome.Passed, finding.Outcome);
        Assert.StartsWith("not looked at", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runner_CheckThatThrowsOrHangs_IsAFailureAndTheNextRuns()
    {
        var time = new ManualTimeProvider();
        var running = new CheckRunner(time).RunAsync([new Throwing(), new Hanging(time), new AgentCheck()], _site.Context(), new Progress<CheckResult>(), CancellationToken.None);

        var results = await running;

        Assert.Equal([CheckOutcome.Failed, CheckOutcome.Failed, CheckOutcome.Passed], results.Select(result => result.Outcome));
        Assert.Equal("it broke (Broken)", results[0].Found);
        Assert.Equal("no answer within 60 s", results[1].Found);
        Assert.All(results, result => Assert.NotEmpty(result.Why));
    }

    public void Dispose()
    {
        _site.Dispose();
        _root.Dispose();
    }

    private static async Task AnswerAsync(TcpListener listener, string status)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        _ = await stream.ReadAsync(new byte[4096]);
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
    }

    private Task<CheckFinding> RunAsync(ISiteCheck check) => check.RunAsync(_site.Context(), CancellationToken.None);

    private sealed class Throwing : ISiteCheck
    {
        public string Name => "throwing";

        public string Why => "A test.";

        public Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken) => throw new Primitives.Failures.StorageException("Broken", "it broke");
    }

    private sealed class Hanging(ManualTimeProvider time) : ISiteCheck
    {
        public string Name => "hanging";

        public string Why => "A test.";

        public async Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
        {
            var never = Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
            time.Advance(TimeSpan.FromSeconds(61));
            await never;
            return CheckFinding.Passed("");
        }
    }
}
