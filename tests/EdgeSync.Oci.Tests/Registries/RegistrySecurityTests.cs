using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Registries.Authentication;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Certificates;
using EdgeSync.Testbed.Registries;
using ClientOptions = EdgeSync.Oci.Registries.RegistryOptions;

namespace EdgeSync.Oci.Tests.Registries;

/// <summary>A real docker-registry with TLS of its own authority, passwords, and client certificates.</summary>
public sealed class RegistrySecurityTests : IAsyncLifetime, IDisposable
{
    private const string Secret = "correct-horse";
    private readonly CancellationTokenSource _limit = new(TestClients.Limit);
    private TestbedSession _session = null!;
    private CertificateFactory _certificates = null!;

    public async Task InitializeAsync()
    {
        _session = await TestbedSession.StartAsync(_limit.Token);
        _certificates = new CertificateFactory(_session["certificates"]);
    }

    [PeerFact]
    public async Task Requests_TlsOfAnOwnAuthorityAndPassword_AreServed()
    {
        var server = await StartAsync(new RegistryOptions { Certificate = _certificates.CreateServer(), Users = Users });
        var options = Tls(server) with { Credential = RegistryCredential.FromPassword("site", Secret) };
        using var client = TestClients.Create(options);

        var blob = await client.PushBlobAsync("secure/web", MediaTypes.OctetStream, "hello"u8.ToArray(), _limit.Token);

        Assert.Equal("hello"u8.ToArray(), await client.GetBlobAsync("secure/web", blob, 5, _limit.Token));
        var requests = await server.GetRequestsAsync(_limit.Token);
        Assert.Equal(1, requests.Count(r => r.Status == 401)); // it is asked for the password once, and shows it from then on
    }

    [PeerFact]
    public async Task Requests_WrongPasswordOrNone_AreUnauthorized()
    {
        var server = await StartAsync(new RegistryOptions { Users = Users });
        using var anonymous = TestClients.Create(server.Address);
        using var wrong = TestClients.Create(TestClients.Options(server.Address) with { Credential = RegistryCredential.FromPassword("site", "guess") });

        var first = await Assert.ThrowsAsync<RegistryException>(() => anonymous.PingAsync(_limit.Token));
        var second = await Assert.ThrowsAsync<RegistryException>(() => wrong.PingAsync(_limit.Token));

        Assert.Equal((RegistryReasons.Unauthorized, RegistryReasons.Unauthorized), (first.Reason, second.Reason));
        Assert.Equal(ExitCodes.NotAllowed, first.ExitCode);
        Assert.DoesNotContain("guess", second.ToString(), StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Requests_UnknownAuthority_AreNotSent()
    {
        var server = await StartAsync(new RegistryOptions { Certificate = _certificates.CreateServer() });
        using var others = new CertificateFactory(_session["others"]);
        using var client = TestClients.Create(Tls(server) with { CertificateAuthorityFile = others.AuthorityPath });

        var failure = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync(_limit.Token));

        Assert.Equal(RegistryReasons.TlsRejected, failure.Reason);
        Assert.Empty(await server.GetRequestsAsync(_limit.Token));
    }

    [PeerFact]
    public async Task Requests_ServerWithoutTls_SaysWhatToConfigure()
    {
        var server = await StartAsync(new RegistryOptions());
        using var client = TestClients.Create(TestClients.Options(server.Address) with { PlainHttp = false });

        var failure = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync(_limit.Token));

        Assert.Equal(RegistryReasons.TlsRejected, failure.Reason);
        Assert.Contains("plainHttp: true", failure.Hint, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Requests_ClientCertificateWanted_AreServedWithItOnly()
    {
        var server = await StartAsync(new RegistryOptions
        {
            Certificate = _certificates.CreateServer(),
            ClientAuthorityPath = _certificates.AuthorityPath,
        });
        var certificate = _certificates.CreateClient("fleet/site");
        using var with = TestClients.Create(
            Tls(server) with { ClientCertificateFile = certificate.CertificatePath, ClientKeyFile = certificate.KeyPath });
        using var without = TestClients.Create(Tls(server));

        await with.PingAsync(_limit.Token);
        var failure = await Assert.ThrowsAsync<RegistryException>(() => without.PingAsync(_limit.Token));

        Assert.Contains(failure.Reason, new[] { RegistryReasons.TlsRejected, RegistryReasons.RegistryUnreachable, RegistryReasons.ConnectionLost });
    }

    [PeerFact]
    public void Client_FilesThatCannotBeRead_AreNamed()
    {
        File.WriteAllText(_session["empty.pem"], "");

        var missing = Assert.Throws<RegistryException>(
            () => TestClients.Create(new ClientOptions { Host = "r.example", CertificateAuthorityFile = _session["none.pem"] }));
        var empty = Assert.Throws<RegistryException>(
            () => TestClients.Create(new ClientOptions { Host = "r.example", CertificateAuthorityFile = _session["empty.pem"] }));
        var key = Assert.Throws<RegistryException>(
            () => TestClients.Create(new ClientOptions { Host = "r.example", ClientCertificateFile = _session["empty.pem"] }));

        Assert.All(new[] { missing, empty, key }, failure => Assert.Equal(RegistryReasons.CredentialsInvalid, failure.Reason));
    }

    [PeerFact]
    public async Task Requests_RegistryIsDown_IsUnreachable()
    {
        var server = await StartAsync(new RegistryOptions());
        await server.StopAsync(_limit.Token);
        using var client = TestClients.Create(server.Address);

        var failure = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync(_limit.Token));

        Assert.Equal(RegistryReasons.RegistryUnreachable, failure.Reason);
    }

    public async Task DisposeAsync() => await _session.DisposeAsync();

    public void Dispose()
    {
        _certificates.Dispose();
        _limit.Dispose();
    }

    private static Dictionary<string, string> Users => new() { ["site"] = Secret };

    private Task<RegistryServer> StartAsync(RegistryOptions options) => RegistryServer.StartAsync(_session, options, _limit.Token);

    private ClientOptions Tls(RegistryServer server) =>
        TestClients.Options(server.Address) with { PlainHttp = false, CertificateAuthorityFile = _certificates.AuthorityPath };
}
