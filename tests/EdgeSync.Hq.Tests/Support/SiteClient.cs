using System.Collections.Concurrent;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;
using EdgeSync.Mqtt;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Hq.Tests.Support;

/// <summary>The MQTT connection of a site to the real broker, with the certificate that HQ issued.</summary>
internal sealed class SiteClient : IAsyncDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly MqttSession _session;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<SiteCommand> _commands = new();
    private readonly SemaphoreSlim _news = new(0);
    private Task _running = Task.CompletedTask;
    private Task _reading = Task.CompletedTask;
    private long _confirmed = -1;

    private SiteClient(TestSite site, EnrolmentResponse enrolled, string clientId)
    {
        Site = site;
        File.WriteAllText(_folder["ca.pem"], enrolled.BrokerCertificateAuthority);
        File.WriteAllText(_folder["site.pem"], enrolled.Certificate);
        File.WriteAllText(_folder["site.key"], site.ClientKey.ExportPkcs8PrivateKeyPem());
        var broker = new Uri(enrolled.BrokerUrl);
        var options = new MqttSessionOptions
        {
            Host = broker.Host,
            Port = broker.Port,
            ClientId = clientId,
            Subscriptions = [site.Key.Topics.Confirmed, site.Key.Topics.Commands],
            BackoffFirst = TimeSpan.FromMilliseconds(50),
            BackoffCap = TimeSpan.FromMilliseconds(200),
            Tls = new MqttTlsOptions { CaFile = _folder["ca.pem"], CertificateFile = _folder["site.pem"], KeyFile = _folder["site.key"] },
        };
        _session = new MqttSession(options, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)), NullLogger<MqttSession>.Instance);
    }

    public TestSite Site { get; }

    public long Confirmed => Interlocked.Read(ref _confirmed);

    public IReadOnlyCollection<SiteCommand> Commands => _commands;

    public static async Task<SiteClient> ConnectAsync(TestSite site, EnrolmentResponse enrolled, CancellationToken cancellationToken)
    {
        var made = new SiteClient(site, enrolled, $"{site.Key.Fleet}-{site.Key.Site}");
        made._running = made._session.RunAsync(made._stop.Token);
        while (!made._session.State.IsConnected)
        {
            await made._session.StateChanges.ReadAsync(cancellationToken);
        }

        made._reading = made.ReadAsync();
        return made;
    }

    public Task SendEntryAsync(byte[] entry, CancellationToken cancellationToken) => SendEntryToAsync(Site.Key, entry, cancellationToken);

    public Task SendEntryToAsync(SiteKey site, byte[] entry, CancellationToken cancellationToken) =>
        _session.PublishAsync(new MqttMessage { Topic = site.Topics.Acknowledgements, Payload = entry }, cancellationToken);

    public Task SendStatusAsync(byte[] status, CancellationToken cancellationToken) =>
        _session.PublishAsync(new MqttMessage { Topic = Site.Key.Topics.Status, Payload = status, Retain = true }, cancellationToken);

    /// <summary>Waits until a message from HQ makes the condition true.</summary>
    public async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (!condition())
        {
            await _news.WaitAsync(cancellationToken);
        }
    }

    public Task UntilConfirmedAsync(long number, CancellationToken cancellationToken) => UntilAsync(() => Confirmed >= number, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _reading;
        _stop.Dispose();
        _news.Dispose();
        _folder.Dispose();
        Site.Dispose();
    }

    private async Task ReadAsync()
    {
        await foreach (var delivery in _session.ReceiveAsync(CancellationToken.None))
        {
            var payload = delivery.Message.Payload.Span;
            if (delivery.Message.Topic == Site.Key.Topics.Confirmed)
            {
                Interlocked.Exchange(ref _confirmed, JsonSerializer.Deserialize(payload, ContractsJsonContext.Default.CloudEventConfirmation)!.Data.Through);
            }
            else
            {
                _commands.Enqueue(JsonSerializer.Deserialize(payload, ContractsJsonContext.Default.CloudEventSiteCommand)!.Data);
            }

            delivery.Acknowledge();
            _news.Release();
        }
    }
}
