using System.Net;
using System.Text.RegularExpressions;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Configuration;
using EdgeSync.Hq.Enrolments;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Hosting;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Hq.Tests.Support;

/// <summary>A complete HQ in this process, with a real port and a real database. It has a broker only if the test starts one.</summary>
internal sealed partial class TestHq : IAsyncDisposable
{
    public const string Password = "correct horse battery staple";

    private readonly TempDirectory _folder;
    private readonly TimeProvider _clock;
    private readonly IConfiguration _configuration;
    private readonly bool _ownsFolder;
    private WebApplication _app = null!;

    private TestHq(TempDirectory folder, TimeProvider clock, IConfiguration configuration, bool ownsFolder) =>
        (_folder, _clock, _configuration, _ownsFolder) = (folder, clock, configuration, ownsFolder);

    public HqOptions Options => Get<HqOptions>();

    public IServiceProvider Services => _app.Services;

    public FleetProjection Fleet => Get<FleetProjection>();

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public DateTimeOffset Now => _clock.GetUtcNow();

    public static IConfiguration ConfigurationFor(string stateDirectory, int brokerPort) => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["listen"] = "http://127.0.0.1:0",
        ["stateDirectory"] = stateDirectory,
        ["broker:url"] = $"mqtts://localhost:{brokerPort}",
        ["logLevel"] = "Warning",
    }).Build();

    /// <summary>An HQ that does not listen and has no broker, for tests that call its services.</summary>
    public static Task<TestHq> CreateAsync(TimeProvider clock) => CreateAsync(clock, new TempDirectory(), start: false);

    /// <summary>An HQ that listens, but whose broker cannot be reached.</summary>
    public static Task<TestHq> StartAsync(TimeProvider? clock = null) => CreateAsync(clock ?? TimeProvider.System, new TempDirectory(), start: true);

    /// <summary>An HQ whose folder and broker belong to the caller.</summary>
    public static async Task<TestHq> StartOnAsync(IConfiguration configuration)
    {
        var hq = new TestHq(null!, TimeProvider.System, configuration, ownsFolder: false);
        await hq.OpenAsync(start: true);
        return hq;
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Enrols a site without HTTP.</summary>
    public TestSite Enrol(string fleet, string site)
    {
        var made = new TestSite(fleet, site);
        Enrol(made);
        return made;
    }

    public EdgeSync.Contracts.Enrolment.EnrolmentResponse Enrol(TestSite site) =>
        Get<Enroller>().Enrol(site.Request(Get<EnrolmentTokenStore>().Create(site.Key, TimeSpan.FromHours(1), "test").Secret.Text));

    public IngestPlan Ingest(params InboundMessage[] batch) => Get<Ingester>().Ingest(batch);

    public SiteState State(TestSite site) => Fleet.TryGet(site.Key, out var state) ? state : throw new InvalidOperationException($"{site.Key} is unknown");

    public string AddToken(Role role) => Get<OperatorTokenStore>().Create("test", role, TimeSpan.FromDays(1), "test").Text;

    public HttpClient CreateClient(string? token = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Address };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        }

        return client;
    }

    /// <summary>Logs in with the form, as a browser without script does.</summary>
    public async Task<HttpClient> LogInAsync(string name, Role role)
    {
        Get<UserStore>().Add(name, Password, role, "test");
        var client = CreateClient();
        using var answer = await PostFormAsync(client, "/login", "/login", ("name", name), ("password", Password), ("returnUrl", "/"));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return client;
    }

    /// <summary>Loads a page for its antiforgery token and posts a form.</summary>
    public static async Task<HttpResponseMessage> PostFormAsync(HttpClient client, string page, string target, params (string Name, string Value)[] fields)
    {
        var html = await client.GetStringAsync(new Uri(page, UriKind.Relative));
        var token = FormToken().Match(html).Groups[1].Value;
        var form = fields.Append(("__RequestVerificationToken", token)).Select(f => new KeyValuePair<string, string>(f.Item1, f.Item2));
        using var content = new FormUrlEncodedContent(form);
        return await client.PostAsync(new Uri(target, UriKind.Relative), content);
    }

    /// <summary>Reopens HQ without anything that was in memory, as after a crash.</summary>
    public async Task ReopenAsync()
    {
        await CloseAsync();
        await OpenAsync(start: false);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        if (_ownsFolder)
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            _folder.Dispose();
        }
    }

    private static async Task<TestHq> CreateAsync(TimeProvider clock, TempDirectory folder, bool start)
    {
        const int ClosedPort = 1;
        var hq = new TestHq(folder, clock, ConfigurationFor(folder["state"], ClosedPort), ownsFolder: true);
        await hq.OpenAsync(start);
        return hq;
    }

    private async Task OpenAsync(bool start)
    {
        _app = await HqApplication.CreateAsync(_configuration, _clock, b => b.Logging.ClearProviders(), CancellationToken.None);
        if (start)
        {
            await _app.StartAsync();
        }
    }

    private async Task CloseAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await _app.StopAsync(timeout.Token);
        await _app.DisposeAsync();
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
