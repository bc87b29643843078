using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Testbed.Certificates;
using EdgeSync.Testbed.Clocks;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Testbed.Hq;

/// <summary>HQ as a child process, and its own verbs.</summary>
public sealed class HqProcess : IDisposable
{
    public const string Operator = "operator";

    private readonly TestbedSession _session;
    private readonly string _program;
    private readonly string _configuration;
    private readonly HttpClient _http = new();
    private ManagedProcess? _process;

    private HqProcess(TestbedSession session, string configuration, int port)
    {
        _session = session;
        _configuration = configuration;
        Address = new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}");
        _program = Find();
    }

    public Uri Address { get; }

    /// <summary>Where HQ keeps its database and its authority.</summary>
    public string StateDirectory => _session["hq-state"];

    /// <summary>The clock of HQ and of its verbs, from the next start on; null for the machine's.</summary>
    public FakeClock? Clock { get; set; }

    public string Password { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>Writes HQ's configuration. When a proxy is between the sites and the broker, the sites get the proxy's port.</summary>
    public static async Task<HqProcess> PrepareAsync(
        TestbedSession session, int brokerPort, CancellationToken cancellationToken, int? brokerPortOfSites = null, int? certificateDays = null)
    {
        var hq = new HqProcess(session, session["hq.json"], session.ReservePort());
        await File.WriteAllTextAsync(session["operator.password"], hq.Password, cancellationToken);
        File.SetUnixFileMode(session["operator.password"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var settings = new JsonObject
        {
            ["listen"] = new JsonArray(hq.Address.GetLeftPart(UriPartial.Authority)),
            ["stateDirectory"] = hq.StateDirectory,
            ["broker"] = new JsonObject { ["url"] = BrokerUrl(brokerPort) },
            ["enrolment"] = new JsonObject { ["brokerUrl"] = BrokerUrl(brokerPortOfSites ?? brokerPort) },
            ["initialOperator"] = new JsonObject { ["name"] = Operator, ["passwordFile"] = session["operator.password"] },
        };
        if (certificateDays is { } days)
        {
            settings["enrolment"]!["certificateDays"] = days;
        }

        await File.WriteAllTextAsync(hq._configuration, settings.ToJsonString(), cancellationToken);
        return hq;
    }

    /// <summary>HQ's authority, and a certificate of it for the broker.</summary>
    public async Task<PemFiles> IssueBrokerCertificateAsync(CancellationToken cancellationToken)
    {
        var authority = await VerbAsync(cancellationToken, "ca", "init");
        await VerbAsync(cancellationToken, "ca", "issue-server", "localhost", "127.0.0.1", "--out", _session["broker-certificate"]);
        return new PemFiles(
            Path.Combine(_session["broker-certificate"], "server.pem"), Path.Combine(_session["broker-certificate"], "server.key"), authority);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await StartAgainAsync(cancellationToken);
        var token = await VerbAsync(cancellationToken, "token", "api", "demo", "--role", "operator");
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Stops it as systemd does.</summary>
    public async Task StopAsync() => await (_process?.StopAsync() ?? Task.FromResult(0));

    /// <summary>Starts it once more, with the accounts that its database has.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        _process = _session.Start(new ProcessRequest("hq", "dotnet", _program, "serve", "--config", _configuration) { Environment = ClockEnvironment });
        await _process.UntilAsync("HQ", TimeSpan.FromSeconds(60), IsUpAsync, cancellationToken);
    }

    /// <summary>Stops it from hearing and confirming anything, without closing anything; <see cref="Thaw"/> lets it go on.</summary>
    public void Freeze() => _process?.Signal(ProcessSignal.Stop);

    public void Thaw() => _process?.Signal(ProcessSignal.Continue);

    /// <summary>A one-time token by which a site enrols.</summary>
    public Task<string> CreateEnrolmentTokenAsync(string fleet, string site, CancellationToken cancellationToken) =>
        VerbAsync(cancellationToken, "token", "enrol", "--fleet", fleet, "--site", site);

    /// <summary>What HQ says of a site, by its JSON API.</summary>
    public Task<JsonNode> GetSiteAsync(string fleet, string site, CancellationToken cancellationToken) =>
        GetAsync($"/sites/{fleet}/{site}", cancellationToken);

    /// <summary>What HQ's JSON API answers at a path below <c>/api/v1</c>.</summary>
    public async Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken) =>
        JsonNode.Parse(await _http.GetStringAsync(new Uri(Address, $"/api/v1{path}"), cancellationToken))
        ?? throw new JsonException("HQ answered with nothing");

    /// <summary>The newest acknowledgements that HQ has stored of a site, the newest first.</summary>
    public async Task<JsonArray> GetAcknowledgementsAsync(string fleet, string site, CancellationToken cancellationToken) =>
        JsonNode.Parse(await _http.GetStringAsync(new Uri(Address, $"/api/v1/sites/{fleet}/{site}/acknowledgements"), cancellationToken))?["entries"]?.AsArray()
        ?? throw new JsonException("HQ answered with no entries");

    /// <summary>Sends a command to a site, as an operator's program does: by default to look for releases now, as after a release.</summary>
    public Task SendCommandAsync(string fleet, string site, string kind = "lookNow", CancellationToken cancellationToken = default) =>
        PostCommandAsync(fleet, site, $$"""{"kind":"{{kind}}"}""", cancellationToken);

    /// <summary>Sends a command that says more than its kind, as JSON.</summary>
    public async Task PostCommandAsync(string fleet, string site, string json, CancellationToken cancellationToken)
    {
        using var command = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(new Uri(Address, $"/api/v1/sites/{fleet}/{site}/commands"), command, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose() => _http.Dispose();

    private IReadOnlyDictionary<string, string?> ClockEnvironment => Clock?.Environment ?? new Dictionary<string, string?>();

    private static string BrokerUrl(int port) => $"mqtts://localhost:{port.ToString(CultureInfo.InvariantCulture)}";

    private async Task<bool> IsUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await _http.GetAsync(new Uri(Address, "/healthz"), cancellationToken)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<string> VerbAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var result = await PeerTool.Installed("dotnet").RunAsync(
            new ToolRequest([_program, .. arguments, "--config", _configuration]) { Environment = ClockEnvironment }, cancellationToken);
        return result.EnsureSuccess().Output.Trim();
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var builds = Path.Combine(folder.FullName, "EdgeSync.Hq");
            if (Directory.Exists(builds)
                && Directory.EnumerateFiles(builds, "edgesync-hq.dll", SearchOption.AllDirectories).MaxBy(File.GetLastWriteTimeUtc) is { } program)
            {
                return program;
            }
        }

        throw new TestbedException("HqMissing", "HQ is not built") { Hint = "Run './build.sh build' first." };
    }
}
