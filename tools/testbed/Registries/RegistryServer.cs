using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Testbed.Registries;

/// <summary>Debian's docker-registry on a port of 127.0.0.1, which it keeps when it is stopped and started again.</summary>
public sealed partial class RegistryServer : IAsyncDisposable
{
    private const string MarkPath = "/v2/edgesync-testbed-mark/";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);
    private readonly TestbedSession _session;
    private readonly RegistryOptions _options;
    private readonly string _configurationPath;
    private ManagedProcess? _process;
    private int _marks;

    private RegistryServer(TestbedSession session, RegistryOptions options)
    {
        _session = session;
        _options = options;
        Port = options.Port ?? session.ReservePort();
        StoragePath = session[$"{options.Name}-storage"];
        _configurationPath = session[$"{options.Name}.yaml"];
        Client = CreateClient(options);
    }

    public int Port { get; }

    /// <summary>As references name it: 127.0.0.1:PORT.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>The same with its scheme: http or https.</summary>
    public Uri BaseAddress => new($"{(_options.Certificate is null ? "http" : "https")}://{Address}");

    /// <summary>The folder of blobs and manifests, to damage them there.</summary>
    public string StoragePath { get; }

    /// <summary>Speaks to it with the first user's password; its requests are left out of <see cref="GetRequestsAsync"/>.</summary>
    public HttpClient Client { get; }

    public string LogFile => _session[$"{_options.Name}.log"];

    public bool IsRunning => _process is { IsRunning: true };

    /// <summary>Starts a registry and waits until it answers.</summary>
    public static async Task<RegistryServer> StartAsync(
        TestbedSession session, RegistryOptions? options = null, CancellationToken cancellationToken = default)
    {
        var server = new RegistryServer(session, options ?? new RegistryOptions());
        server.WriteConfiguration();
        await server.StartAgainAsync(cancellationToken);
        return server;
    }

    /// <summary>Starts it again on the same port with the same content. Does nothing while it runs.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        if (IsRunning)
        {
            return;
        }

        var process = _session.Start(new ProcessRequest(_options.Name, "docker-registry", "serve", _configurationPath));
        _process = process;
        await process.UntilAsync("an answer", StartTimeout, AnswersAsync, cancellationToken);
    }

    /// <summary>Ends it at once: open transfers break off, and the port refuses connections, as when a link is cut.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_process is { IsRunning: true } process)
        {
            await process.KillAsync(cancellationToken);
        }
    }

    /// <summary>Stops answering without closing anything, as a link that has gone silent; <see cref="Thaw"/> lets it go on.</summary>
    public void Freeze() => _process?.Signal(ProcessSignal.Stop);

    public void Thaw() => _process?.Signal(ProcessSignal.Continue);

    /// <summary>All requests that it has answered since it was first started, in order. It must be running.</summary>
    public async Task<IReadOnlyList<RegistryRequest>> GetRequestsAsync(CancellationToken cancellationToken = default)
    {
        // The log is written after the answer; once the mark is in it, so is all that was answered before.
        var mark = $"{MarkPath}{Interlocked.Increment(ref _marks)}/";
        using (await Client.GetAsync(new Uri(BaseAddress, mark), cancellationToken))
        {
        }

        await _process!.UntilAsync("its access log", StartTimeout, _ => Task.FromResult(ReadRequests().Any(r => r.Path == mark)), cancellationToken);
        return [.. ReadRequests().Where(r => !r.Path.StartsWith(MarkPath, StringComparison.Ordinal) && r.UserAgent != "edgesync-testbed")];
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Client.Dispose();
    }

    private static HttpClient CreateClient(RegistryOptions options)
    {
        var handler = new HttpClientHandler { UseProxy = false };
        if (options.Certificate is { } certificate)
        {
            // It only asks whether the server is up; what the certificate is worth is for the tests to say.
            handler.ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator;
            if (options.ClientAuthorityPath is not null)
            {
                handler.ClientCertificates.Add(X509Certificate2.CreateFromPemFile(certificate.CertificatePath, certificate.KeyPath));
            }
        }

        var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(10) };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("edgesync-testbed");
        if (options.Users.FirstOrDefault() is { Key: { } user, Value: { } password })
        {
            client.DefaultRequestHeaders.Authorization =
                new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        }

        return client;
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await Client.GetAsync(new Uri(BaseAddress, "/v2/"), cancellationToken);
            return answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized;
        }
        catch (HttpRequestException)
        {
            // A client certificate that it does not accept is an answer too; otherwise it does not listen yet.
            return _options.ClientAuthorityPath is not null && _process!.ReadLog().Contains("listening on", StringComparison.Ordinal);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private void WriteConfiguration()
    {
        var yaml = new StringBuilder(
            $$"""
            version: 0.1
            log: {level: info}
            storage:
              filesystem:
                rootdirectory: "{{StoragePath}}"
              delete: {enabled: true}
            http:
              addr: "{{Address}}"
              secret: testbed

            """);
        if (_options.Certificate is { } certificate)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  tls:\n    certificate: \"{certificate.CertificatePath}\"\n    key: \"{certificate.KeyPath}\"\n");
            if (_options.ClientAuthorityPath is { } authority)
            {
                yaml.Append(CultureInfo.InvariantCulture, $"    clientcas: [\"{authority}\"]\n");
            }
        }

        if (_options.Users.Count > 0)
        {
            var passwords = _session[$"{_options.Name}.htpasswd"];
            PasswordFile.Write(passwords, _options.Users);
            yaml.Append(CultureInfo.InvariantCulture, $"auth: {{htpasswd: {{realm: testbed, path: \"{passwords}\"}}}}\n");
        }

        File.WriteAllText(_configurationPath, yaml.ToString());
    }

    private IEnumerable<RegistryRequest> ReadRequests() =>
        AccessLine().Matches(_process!.ReadLog()).Select(m => new RegistryRequest(
            m.Groups["method"].Value,
            m.Groups["path"].Value,
            int.Parse(m.Groups["status"].ValueSpan, CultureInfo.InvariantCulture),
            long.Parse(m.Groups["bytes"].ValueSpan, CultureInfo.InvariantCulture),
            m.Groups["agent"].Value));

    [GeneratedRegex("""^\S+ - \S+ \[[^\]]*\] "(?<method>[A-Z]+) (?<path>\S+) HTTP/[\d.]+" (?<status>\d+) (?<bytes>\d+) "[^"]*" "(?<agent>[^"]*)"$""", RegexOptions.Multiline)]
    private static partial Regex AccessLine();
}
