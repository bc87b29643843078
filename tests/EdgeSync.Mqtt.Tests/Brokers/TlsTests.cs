using EdgeSync.Testbed;
using EdgeSync.Testbed.Brokers;
using EdgeSync.Testbed.Certificates;
using EdgeSync.Testing;

namespace EdgeSync.Mqtt.Tests.Brokers;

/// <summary>TLS with certificates on both sides, and the access list, as they are deployed.</summary>
public sealed class TlsTests : IAsyncLifetime, IDisposable
{
    private TestbedSession _session = null!;
    private CertificateFactory _authority = null!;
    private BrokerServer _broker = null!;
    private PemFiles _site = null!;
    private PemFiles _server = null!;

    private MqttTlsOptions Tls => new()
    {
        CaFile = _authority.AuthorityPath,
        CertificateFile = _site.CertificatePath,
        KeyFile = _site.KeyPath,
    };

    private MqttSessionOptions Options => TestOptions.For(_broker.Port) with { Host = "localhost", Tls = Tls };

    public async Task InitializeAsync()
    {
        _session = await TestbedSession.StartAsync();
        _authority = new CertificateFactory(_session["ca"]);
        _broker = await BrokerServer.StartAsync(_session, new BrokerOptions { Certificate = _server = _authority.CreateServer() });
        _site = _authority.CreateClient("north/store-1");
    }

    public async Task DisposeAsync() => await _session.DisposeAsync();

    public void Dispose() => _authority.Dispose();

    [PeerFact]
    public async Task Start_GoodCertificates_ConnectsAndPublishesToItsOwnTopics()
    {
        await using var client = await TestOptions.ConnectAsync(Options);

        await client.PublishAsync(TestOptions.Message("edgesync/v1/north/store-1/status", "x")).WaitAsync(TestOptions.Bound);

        Assert.True(client.State.IsConnected);
    }

    [PeerFact]
    public async Task PublishAsync_AnotherSitesTopic_IsRefusedAndConnectionStays()
    {
        await using var client = await TestOptions.ConnectAsync(Options);

        var failure = await Assert.ThrowsAsync<MqttException>(
            () => client.PublishAsync(TestOptions.Message("edgesync/v1/north/store-2/status", "x")).WaitAsync(TestOptions.Bound));

        Assert.Equal((MqttReasons.PublishRefused, 0x87), (failure.Reason, failure.Code));
        Assert.True(client.State.IsConnected);
    }

    [PeerFact]
    public async Task Start_NoCaFile_RejectsABrokerThatTheMachineDoesNotTrust()
    {
        await using var client = TestOptions.Start(Options with { Tls = new MqttTlsOptions() });

        var failure = await client.NextFailureAsync();

        Assert.Equal(MqttReasons.TlsRejected, failure.Reason);
    }

    [PeerFact]
    public async Task Start_OtherAuthority_IsTlsRejected()
    {
        using var other = new CertificateFactory(_session["other"], "Somebody else");

        var failure = await FailureAsync(Options with { Tls = Tls with { CaFile = other.AuthorityPath } });

        Assert.Equal(MqttReasons.TlsRejected, failure.Reason);
        Assert.Contains("no configured authority issued", failure.Message, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Start_OtherName_IsTlsRejected()
    {
        var failure = await FailureAsync(Options with { Tls = Tls with { ServerName = "broker.example" } });

        Assert.Equal(MqttReasons.TlsRejected, failure.Reason);
        Assert.Contains("another name", failure.Message, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Start_CertificateExpiredByTheGivenClock_IsTlsRejected()
    {
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow().AddYears(3));
        await using var client = TestOptions.Start(Options, clock);

        var failure = await client.NextFailureAsync();

        Assert.Equal(MqttReasons.TlsRejected, failure.Reason);
        Assert.Contains("expired", failure.Message, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Start_NoClientCertificate_IsTlsRejected()
    {
        var failure = await FailureAsync(Options with { Tls = Tls with { CertificateFile = null, KeyFile = null } });

        Assert.Equal(MqttReasons.TlsRejected, failure.Reason);
    }

    [PeerFact]
    public async Task Start_BrokerWithoutTls_IsNotConnectedTo()
    {
        await using var plain = await BrokerServer.StartAsync(_session, new BrokerOptions { Name = "plain" });

        var failure = await FailureAsync(Options with { Port = plain.Port });

        Assert.Equal(MqttReasons.TlsRejected, failure.Reason);
    }

    [PeerFact]
    public async Task Start_CertificateFileComesLater_IsReadAtTheNextTry()
    {
        var path = _session["later.pem"];
        await using var client = TestOptions.Start(Options with { Tls = Tls with { CertificateFile = path } });
        var failure = await client.NextFailureAsync();

        File.Copy(_site.CertificatePath, path);
        await client.UntilAsync(s => s.IsConnected);

        Assert.Equal((MqttReasons.TlsFilesUnusable, path), (failure.Reason, failure.Subject));
    }

    [PeerFact]
    public async Task Start_CaFileHoldsTheBrokersOwnCertificate_Connects()
    {
        await using var client = await TestOptions.ConnectAsync(Options with { Tls = Tls with { CaFile = _server.CertificatePath } });

        Assert.True(client.State.IsConnected);
    }

    [PeerFact]
    public async Task Start_BrokersAuthorityChanges_CaFileIsReadAgainWithoutARestart()
    {
        using var next = new CertificateFactory(_session["next"], "The next authority");
        var server = next.CreateServer();
        var trusted = _session["trusted.pem"];
        File.Copy(_authority.AuthorityPath, trusted);
        await using var client = await TestOptions.ConnectAsync(Options with { Tls = Tls with { CaFile = trusted } });

        await _broker.StopAsync();
        await using var renewed = await BrokerServer.StartAsync(_session, new BrokerOptions
        {
            Name = "renewed", Port = _broker.Port, Certificate = server with { AuthorityPath = _authority.AuthorityPath },
        });
        var failure = await client.UntilAsync(s => s.Failure is { Reason: MqttReasons.TlsRejected });
        File.Copy(next.AuthorityPath, trusted, overwrite: true);
        await client.UntilAsync(s => s.IsConnected);

        Assert.Contains("no configured authority", failure.Failure!.Message, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Start_ClientCertificateRefusedAndRenewed_ConnectsWithoutARestart()
    {
        var (certificate, key) = (_session["site.pem"], _session["site.key"]);
        var expired = _authority.CreateClient("north/expired", TimeProvider.System.GetUtcNow().AddHours(-9), TimeProvider.System.GetUtcNow().AddHours(-1));
        File.Copy(expired.CertificatePath, certificate);
        File.Copy(expired.KeyPath, key);
        await using var client = TestOptions.Start(Options with { Tls = Tls with { CertificateFile = certificate, KeyFile = key } });
        var failure = await client.NextFailureAsync();

        // The files change one after the other: for a moment the key is another certificate's.
        File.Copy(_site.KeyPath, key, overwrite: true);
        await client.UntilAsync(s => s.Failure is { Reason: MqttReasons.TlsFilesUnusable });
        File.Copy(_site.CertificatePath, certificate, overwrite: true);
        await client.UntilAsync(s => s.IsConnected);

        Assert.Equal(MqttReasons.TlsRejected, failure.Reason);
        Assert.Contains("the broker says 'certificate expired'", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<MqttException> FailureAsync(MqttSessionOptions options)
    {
        await using var client = TestOptions.Start(options);
        return await client.NextFailureAsync();
    }
}
