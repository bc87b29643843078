using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.Preflight.Checks;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation.State;
using EdgeSync.Testbed.Certificates;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.Preflight;

/// <summary>The check of what runs out, with real certificates.</summary>
public sealed class ExpiryCheckTests : IDisposable
{
    // The testbed's authority issues certificates for about now.
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());

    private readonly TempDirectory _folder = new();
    private readonly CheckFixture _site = new();

    [Theory]
    [InlineData(-1, CheckOutcome.Failed)]
    [InlineData(1, CheckOutcome.Failed)]
    [InlineData(11.9, CheckOutcome.Failed)]
    [InlineData(13, CheckOutcome.Warned)]
    [InlineData(37, CheckOutcome.Passed)]
    public async Task Expiry_ByTheMissionsEnd(double hours, CheckOutcome expected)
    {
        var finding = await RunAsync(At(_site), new Given(new Expiry("the site's certificate", Now.AddHours(hours), "Renew it.")));

        Assert.Equal(expected, finding.Outcome);
        Assert.Equal(expected == CheckOutcome.Passed ? null : "Renew it.", finding.Do);
        Assert.Single(finding.Details);
    }

    [Fact]
    public async Task Expiry_UnknownDate_Warns() =>
        Assert.Equal(CheckOutcome.Warned, (await RunAsync(At(_site), new Given(new Expiry("a", null, "b") { Problem = "it may not be read" }))).Outcome);

    [Fact]
    public async Task Expiry_OfTheSite_FindsEachWithItsDate()
    {
        using var authority = new CertificateFactory(_folder["pki"]);
        var own = authority.CreateClient("retail/store-0042", notAfter: Now.AddHours(1));
        var login = authority.CreateClient("edgesync", notAfter: Now.AddHours(2));
        using var site = new CheckFixture($"hq: {{broker: 'mqtts://127.0.0.1:8883', ledgerKeyFile: a.pub, certificateFile: {own.CertificatePath}, keyFile: {own.KeyPath}}}\n");
        await File.WriteAllTextAsync(site["kubeconfig"], $$$"""
            current-context: site
            contexts: [{name: site, context: {cluster: site, user: agent}}]
            clusters: [{name: site, cluster: {server: "https://127.0.0.1:1"}}]
            users: [{name: agent, user: {client-certificate: {{{login.CertificatePath}}}, client-key: {{{login.KeyPath}}} }}]
            """);
        var context = At(site);
        context = context with
        {
            Status = context.Status with { Trust = new TrustStatus { Version = 3, ExpiresAt = Now.AddHours(3) } },
            Records = new Dictionary<string, ChannelRecord> { ["stable"] = new() { Channel = "stable", NewestExpires = Now.AddHours(4) } },
        };

        var finding = await RunAsync(context, new SiteExpiries());

        Assert.Equal(CheckOutcome.Failed, finding.Outcome);
        Assert.Equal(
            [
                $"the site's certificate for HQ: {Now.AddHours(1):u}",
                $"the client certificate of the kubeconfig: {Now.AddHours(2):u}",
                $"trust root 3: {Now.AddHours(3):u}",
                $"the newest release record of channel stable: {Now.AddHours(4):u}",
            ],
            finding.Details);
        Assert.Contains($"the site's certificate for HQ runs out in 1 h, at {Now.AddHours(1):u}, before the mission ends at {Now.AddHours(12):u}", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expiry_OfServers_IsReadFromTheirHandshake()
    {
        var soon = Now.AddHours(1);
        using var server = new TlsServer(soon);
        await File.WriteAllTextAsync(_site["kubeconfig"], $$$"""
            current-context: site
            contexts: [{name: site, context: {cluster: site}}]
            clusters: [{name: site, cluster: {server: "https://127.0.0.1:{{{server.Port}}}"}}]
            """);

        var found = await new ServerExpiries(_site["kubeconfig"], server.Port).FindAsync(At(_site), CancellationToken.None);

        Assert.Equal([("the API server's certificate", soon), ("the kubelet's certificate", soon)], found.Select(item => (item.What, item.At!.Value)));
    }

    [Fact]
    public async Task Expiry_OfAServerThatDoesNotAnswer_IsAWarningAndAMissingKubeletIsNothing()
    {
        int closed;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            closed = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        await File.WriteAllTextAsync(_site["kubeconfig"], $$$"""
            current-context: site
            contexts: [{name: site, context: {cluster: site}}]
            clusters: [{name: site, cluster: {server: "https://127.0.0.1:{{{closed}}}"}}]
            """);

        var finding = await RunAsync(At(_site), new ServerExpiries(_site["kubeconfig"], closed));

        Assert.Equal(CheckOutcome.Warned, finding.Outcome);
        Assert.Single(finding.Details);
    }

    [Fact]
    public async Task Expiry_OfFilesOfK3s_AreFound()
    {
        using var authority = new CertificateFactory(_folder["pki"]);
        var kubelet = authority.CreateClient("system:node", notAfter: Now.AddHours(1));
        var agent = Directory.CreateDirectory(_folder["root/var/lib/rancher/k3s/agent"]).FullName;
        File.Copy(kubelet.CertificatePath, Path.Combine(agent, "client-kubelet.crt"));
        await File.WriteAllTextAsync(Path.Combine(agent, "client-kubelet.key"), "no certificate");

        var finding = await RunAsync(At(_site), new FileExpiries(_folder["root"]));

        Assert.Equal(CheckOutcome.Failed, finding.Outcome);
        Assert.Contains("client-kubelet.crt", Assert.Single(finding.Details), StringComparison.Ordinal);
        Assert.Equal(CheckOutcome.Passed, (await RunAsync(At(_site), new FileExpiries(_folder["empty"]))).Outcome);
    }

    public void Dispose()
    {
        _site.Dispose();
        _folder.Dispose();
    }

    private static CheckContext At(CheckFixture site) => site.Context() with { Now = Now, MissionEnds = Now.AddHours(12) };

    private static Task<CheckFinding> RunAsync(CheckContext context, params IExpirySource[] sources) => new ExpiryCheck(sources).RunAsync(context, CancellationToken.None);

    private sealed class Given(params Expiry[] items) : IExpirySource
    {
        public Task<IReadOnlyList<Expiry>> FindAsync(CheckContext context, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Expiry>>(items);
    }

    /// <summary>A server that shows a certificate with this end.</summary>
    private sealed class TlsServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly X509Certificate2 _certificate;
        private readonly Task _serving;

        public TlsServer(DateTimeOffset ends)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
            using var certificate = request.CreateSelfSigned(ends.AddDays(-30), ends);
            _certificate = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
            _listener.Start();
            _serving = ServeAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public void Dispose()
        {
            _listener.Dispose();
            _certificate.Dispose();
        }

        private async Task ServeAsync()
        {
            while (true)
            {
                try
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    await using var tls = new SslStream(client.GetStream());
                    await tls.AuthenticateAsServerAsync(_certificate);
                }
                catch (Exception ended) when (ended is IOException or ObjectDisposedException or SocketException or System.Security.Authentication.AuthenticationException)
                {
                    if (ended is ObjectDisposedException or SocketException)
                    {
                        return;
                    }
                }
            }
        }
    }
}
