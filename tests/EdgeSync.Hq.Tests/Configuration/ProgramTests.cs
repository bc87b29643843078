using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Hq.Tests.Support;
using EdgeSync.Testbed;
using EdgeSync.Testing;

namespace EdgeSync.Hq.Tests.Configuration;

/// <summary>The program itself, <c>edgesync-hq</c>, as scripts and the demo use it.</summary>
public sealed class ProgramTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private readonly TempDirectory _folder = new();
    private TestbedSession _session = null!;
    private int _port;

    public async Task InitializeAsync()
    {
        _session = await TestbedSession.StartAsync();
        _port = _session.ReservePort();
        await File.WriteAllTextAsync(_folder["password"], TestHq.Password + "\n");
        await File.WriteAllTextAsync(
            _folder["hq.json"],
            $$"""
            { "listen": ["http://127.0.0.1:{{_port}}"], "stateDirectory": "{{_folder["state"]}}", "broker": { "url": "mqtts://localhost:1" },
              "initialOperator": { "name": "olga", "passwordFile": "{{_folder["password"]}}" } }
            """);
    }

    public async Task DisposeAsync() => await _session.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [PeerFact]
    public async Task Serve_TokensFromTheCommandLine_AreAcceptedFromSiteAndProgram()
    {
        var serving = Start("serve");
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}"), Timeout = Timeout };
        await UntilHealthyAsync(client, serving);
        using var site = TestSite.Create("stores", "store-1");
        var (_, token, _) = await RunAsync("token", "enrol", "--fleet", "stores", "--site", "store-1");

        var body = JsonSerializer.Serialize(site.Request(token.Trim()), ContractsJsonContext.Default.EnrolmentRequest);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var enrolled = await client.PostAsync(new Uri("/api/v1/enrolments", UriKind.Relative), content);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await RunAsync("token", "api", "demo")).Output.Trim());
        var sites = await client.GetStringAsync(new Uri("/api/v1/sites", UriKind.Relative));
        using var page = await client.GetAsync(new Uri("/", UriKind.Relative));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (enrolled.StatusCode, page.StatusCode));
        Assert.Contains("\"condition\":\"unheard\"", sites, StringComparison.Ordinal);
        await StopAsync(serving);
        Assert.Equal(0, serving.ExitCode);
    }

    [PeerFact]
    public async Task Ca_InitTwice_KeepsTheAuthorityAndIssuesServerCertificates()
    {
        var (first, path, _) = await RunAsync("ca", "init");
        var before = await File.ReadAllTextAsync(path.Trim());
        await RunAsync("ca", "init");
        var (issued, server, _) = await RunAsync("ca", "issue-server", "broker.example", "127.0.0.1", "--out", _folder["broker"]);

        Assert.Equal((0, 0), (first, issued));
        Assert.All([_folder["state"], _folder["state/ca"], _folder["state/form-keys"]], f => Assert.Equal("700", Convert.ToString((int)File.GetUnixFileMode(f), 8)));
        Assert.Equal(before, await File.ReadAllTextAsync(path.Trim()));
        using var certificate = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificateFromFile(server.Trim());
        Assert.True(certificate.MatchesHostname("broker.example"));
        Assert.True(certificate.MatchesHostname("127.0.0.1"));
    }

    [PeerFact]
    public async Task User_Add_RefusesShortPasswordAndTakenName()
    {
        await File.WriteAllTextAsync(_folder["short"], "short\n");

        Assert.Equal(0, (await RunAsync("user", "add", "vera", "--password-file", _folder["password"])).Exit);
        var (taken, _, takenWhy) = await RunAsync("user", "add", "vera", "--password-file", _folder["password"]);
        var (weak, _, weakWhy) = await RunAsync("user", "add", "victor", "--password-file", _folder["short"]);

        Assert.Equal((1, 1), (taken, weak));
        Assert.Contains("NameTaken", takenWhy, StringComparison.Ordinal);
        Assert.Contains("PasswordTooWeak", weakWhy, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Serve_InvalidConfiguration_ExitsWith78()
    {
        await File.WriteAllTextAsync(_folder["hq.json"], "{ \"surprise\": 1 }");

        var (exit, _, why) = await RunAsync("serve");

        Assert.Equal(78, exit);
        Assert.Contains("surprise: is not a setting", why, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task UnknownVerb_ExitsWith64() => Assert.Equal(64, (await RunAsync("dance")).Exit);

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "edgesync-hq")) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments.Append("--config").Append(_folder["hq.json"]))
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private async Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        using var timeout = new CancellationTokenSource(Timeout);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(timeout.Token), process.StandardError.ReadToEndAsync(timeout.Token));
        await process.WaitForExitAsync(timeout.Token);
        return (process.ExitCode, await output, await error);
    }

    private static async Task UntilHealthyAsync(HttpClient client, Process serving)
    {
        // The host writes this line when Kestrel listens.
        using var timeout = new CancellationTokenSource(Timeout);
        while (await serving.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
        {
            if (line.Contains("Application started", StringComparison.Ordinal))
            {
                Assert.Equal("ok", await client.GetStringAsync(new Uri("/healthz", UriKind.Relative), timeout.Token));
                return;
            }
        }

        Assert.Fail($"HQ ended: {await serving.StandardError.ReadToEndAsync(timeout.Token)}");
    }

    private static async Task StopAsync(Process process)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        var rest = process.StandardOutput.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        await rest;
    }
}
