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
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Hq.Tests.Support;

/// <summary>A whole HQ in this process, on a real port with a real database; with a broker only where a test gives one.</summary>
internal sealed partial class TestHq : IAsyncDisposable
{
    public const string Password = "correct horse battery staple";

    private readonly TempDirectory _folder;
    private readonly TimeProvider _clock;
    private readonly bool _ownsFolder;
    private WebApplication _app = null!;

    private TestHq(TempDirectory folder, TimeProvider clock, HqOptions options, bool ownsFolder) =>
        (_folder, _clock, Options, _ownsFolder) = (folder, clock, options, ownsFolder);

    public HqOptions Options { get; }

    public IServiceProvider Services => _app.Services;

    public FleetProjection Fleet => Get<FleetProjection>();

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public DateTimeOffset Now => _clock.GetUtcNow();

    public static HqOptions OptionsFor(string stateDirectory, int brokerPort) => new()
    {
        Listen = [new("http://127.0.0.1:0")],
        StateDirectory = stateDirectory,
        Broker = new BrokerOptions { Url = new($"mqtts://localhost:{brokerPort}") },
        LogLevel = LogLevel.Warning,
    };

    /// <summary>Everything but listening and the broker: for tests that call the parts themselves.</summary>
    public static Task<TestHq> CreateAsync(TimeProvider clock) => CreateAsync(clock, new TempDirectory(), start: false);

    /// <summary>Also listening; the broker's port is closed.</summary>
    public static Task<TestHq> StartAsync(TimeProvider? clock = null) => CreateAsync(clock ?? TimeProvider.System, new TempDirectory(), start: true);

    /// <summary>On a folder and a broker that outlive this HQ.</summary>
    public static async Task<TestHq> StartOnAsync(HqOptions options)
    {
        var hq = new TestHq(null!, TimeProvider.System, options, ownsFolder: false);
        await hq.OpenAsync(start: true);
        return hq;
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Enrols by the parts themselves, without HTTP.</summary>
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

    /// <summary>A browser that has logged in by the form, without its script.</summary>
    public async Task<HttpClient> LogInAsync(string name, Role role)
    {
        Get<UserStore>().Add(name, Password, role, "test");
        var client = CreateClient();
        using var answer = await PostFormAsync(client, "/login", "/login", ("name", name), ("password", Password), ("returnUrl", "/"));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return client;
    }

    /// <summary>Loads a page for its form token, and posts a form.</summary>
    public static async Task<HttpResponseMessage> PostFormAsync(HttpClient client, string page, string target, params (string Name, string Value)[] fields)
    {
        var html = await client.GetStringAsync(new Uri(page, UriKind.Relative));
        var token = FormToken().Match(html).Groups[1].Value;
        var form = fields.Append(("__RequestVerificationToken", token)).Select(f => new KeyValuePair<string, string>(f.Item1, f.Item2));
        using var content = new FormUrlEncodedContent(form);
        return await client.PostAsync(new Uri(target, UriKind.Relative), content);
    }

    /// <summary>As after a crash of the process: all that is in memory is gone.</summary>
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
        var hq = new TestHq(folder, clock, OptionsFor(folder["state"], ClosedPort), ownsFolder: true);
        await hq.OpenAsync(start);
        return hq;
    }

    private async Task OpenAsync(bool start)
    {
        _app = await HqApplication.CreateAsync(Options, _clock, b => b.Logging.ClearProviders(), CancellationToken.None);
        if (start)
        {
            await _app.StartAsync();
        }
    }

    private async Task CloseAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
