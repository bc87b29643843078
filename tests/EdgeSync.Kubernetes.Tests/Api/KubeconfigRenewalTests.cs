using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testing;

namespace EdgeSync.Kubernetes.Tests.Api;

/// <summary>A kubeconfig and the files that it names change while a client uses them, as k3s and cert-manager change theirs. On a real API server.</summary>
[Collection(ApiServer.Collection)]
public sealed partial class KubeconfigRenewalTests(ApiServer server) : IDisposable
{
    private static readonly ResourceType Namespaces = new("v1", "Namespace", "namespaces", IsNamespaced: false);
    private readonly TempDirectory _directory = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    private string ByToken => File.ReadAllText(server.Node.KubeconfigPath);

    private string ByCertificate => File.ReadAllText(server.Node.CertificateKubeconfigPath!);

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Token_of_a_renewed_kubeconfig_is_used_after_the_old_one_was_refused()
    {
        Write(ByToken.Replace(Token, "old", StringComparison.Ordinal));
        using var client = Connect();
        Assert.Equal(ApiReasons.ClusterUnauthorized, await ReasonAsync(client));

        Write(ByToken);

        await ListAsync(client);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Watch_uses_the_token_of_a_renewed_kubeconfig()
    {
        Write(ByToken.Replace(Token, "old", StringComparison.Ordinal));
        using var client = Connect(options: new KubernetesClientOptions { WatchDuration = TimeSpan.FromSeconds(1) });
        Write(ByToken);
        var count = 0;

        await foreach (var change in client.WatchAsync(Namespaces, new ListSelection(), "0", _limit.Token))
        {
            count++;
        }

        Assert.True(count > 0);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Client_certificate_in_its_own_file_is_used_after_it_was_replaced()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = new CertificateRequest("CN=admin,O=system:masters", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        await File.WriteAllTextAsync(_directory["client.pem"], stranger.ExportCertificatePem());
        await File.WriteAllTextAsync(_directory["client.key"], key.ExportPkcs8PrivateKeyPem());
        Write(CertificatePattern().Replace(KeyPattern().Replace(ByCertificate, "client-key: client.key"), "client-certificate: client.pem"));
        using var client = Connect();
        Assert.Equal(ApiReasons.ClusterUnauthorized, await ReasonAsync(client));

        await File.WriteAllTextAsync(_directory["client.pem"], Decode(CertificatePattern(), ByCertificate));
        Assert.Equal(ApiReasons.KubeconfigInvalid, await ReasonAsync(client));
        await File.WriteAllTextAsync(_directory["client.key"], Decode(KeyPattern(), ByCertificate));

        await ListAsync(client);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Authority_in_its_own_file_is_used_after_it_was_replaced()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = new CertificateRequest("CN=another authority", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        await File.WriteAllTextAsync(_directory["ca.pem"], stranger.ExportCertificatePem());
        Write(AuthorityPattern().Replace(ByToken, "certificate-authority: ca.pem"));
        using var client = Connect();
        Assert.Equal(ApiReasons.ClusterNotTrusted, await ReasonAsync(client));

        await File.WriteAllTextAsync(_directory["ca.pem"], Decode(AuthorityPattern(), ByToken));

        await ListAsync(client);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Servers_own_certificate_as_authority_is_trusted()
    {
        await File.WriteAllTextAsync(_directory["ca.pem"], await ServerCertificateAsync());
        Write(AuthorityPattern().Replace(ByToken, "certificate-authority: ca.pem"));
        using var client = Connect();

        await ListAsync(client);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Authority_that_is_not_the_servers_is_named_in_the_failure()
    {
        Write(AuthorityPattern().Replace(ByToken, ""));
        using var client = Connect();

        var failure = await Assert.ThrowsAsync<KubernetesApiException>(() => ListAsync(client));

        Assert.Contains("no authority that this machine trusts issued the certificate", failure.Message, StringComparison.Ordinal);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Kubeconfig_that_is_being_written_does_not_disturb_a_working_login()
    {
        var time = new ManualTimeProvider();
        Write(ByToken);
        using var client = Connect(time);
        await ListAsync(client);

        Write(ByToken[..(ByToken.Length / 2)]);
        time.Advance(TimeSpan.FromMinutes(1));
        await ListAsync(client);
        File.Delete(_directory["kubeconfig"]);
        time.Advance(TimeSpan.FromMinutes(1));

        await ListAsync(client);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Change_of_the_kubeconfig_is_seen_while_its_old_content_still_works()
    {
        var time = new ManualTimeProvider();
        Write(ByToken);
        using var client = Connect(time);
        await ListAsync(client);
        Write(ByToken.Replace(Token, "old", StringComparison.Ordinal));

        await ListAsync(client);
        time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(ApiReasons.ClusterUnauthorized, await ReasonAsync(client));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Another_address_of_the_server_is_found_after_the_connection_failed()
    {
        Write(ServerPattern().Replace(ByToken, "server: \"https://127.0.0.1:1\""));
        using var client = Connect();
        Assert.Equal(ApiReasons.ClusterUnreachable, await ReasonAsync(client));

        Write(ByToken);

        await ListAsync(client);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Token_file_behind_a_link_is_read_again_and_an_empty_one_does_not_count()
    {
        // As kubelet projects a service account's token: the file is a link into a folder that is a link.
        Directory.CreateDirectory(_directory["..1"]);
        Directory.CreateDirectory(_directory["..2"]);
        await File.WriteAllTextAsync(Path.Combine(_directory["..1"], "token"), "old");
        await File.WriteAllTextAsync(Path.Combine(_directory["..2"], "token"), Token + "\n");
        File.CreateSymbolicLink(_directory["..data"], "..1");
        File.CreateSymbolicLink(_directory["token"], "..data/token");
        Write(ByToken.Replace($"token: {Token}", "tokenFile: token", StringComparison.Ordinal));
        using var client = Connect();
        Assert.Equal(ApiReasons.ClusterUnauthorized, await ReasonAsync(client));

        File.Delete(_directory["..data"]);
        File.CreateSymbolicLink(_directory["..data"], "..2");
        await ListAsync(client);
        await File.WriteAllTextAsync(Path.Combine(_directory["..2"], "token"), "");

        await ListAsync(client);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Exec_plugin_that_a_renewed_kubeconfig_names_is_run()
    {
        Write(ByToken.Replace(Token, "old", StringComparison.Ordinal));
        using var client = Connect();
        Assert.Equal(ApiReasons.ClusterUnauthorized, await ReasonAsync(client));
        var script = $$"""printf '%s' '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "{{Token}}"} }'""";
        await File.WriteAllTextAsync(_directory["login.sh"], script);

        Write(UserPattern().Replace(
            ByToken, $"user: {{exec: {{apiVersion: client.authentication.k8s.io/v1, command: /bin/sh, args: [\"{_directory["login.sh"]}\"], interactiveMode: Never}}}}\n"));

        await ListAsync(client);
    }

    public void Dispose()
    {
        _directory.Dispose();
        _limit.Dispose();
    }

    private string Token => TokenPattern().Match(ByToken).Groups[1].Value;

    private void Write(string kubeconfig) => File.WriteAllText(_directory["kubeconfig"], kubeconfig);

    private KubernetesClient Connect(TimeProvider? time = null, KubernetesClientOptions? options = null)
    {
        time ??= TimeProvider.System;
        return new KubernetesClient(
            Kubeconfig.Load(_directory["kubeconfig"]), options ?? new KubernetesClientOptions { MaxAttempts = 1 }, time, new RetryPolicy(time, new Random(1)));
    }

    private async Task ListAsync(KubernetesClient client) =>
        Assert.NotEmpty((await client.ListAsync(Namespaces, new ListSelection(), _limit.Token)).Items);

    private async Task<string> ReasonAsync(KubernetesClient client) =>
        (await Assert.ThrowsAsync<KubernetesApiException>(() => ListAsync(client))).Reason;

    private async Task<string> ServerCertificateAsync()
    {
        var address = new Uri(ServerPattern().Match(ByToken).Groups[1].Value);
        using var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port, _limit.Token);
        await using var stream = new SslStream(connection.GetStream(), false, (_, certificate, _, _) => certificate is not null);
        await stream.AuthenticateAsClientAsync(address.Host);
        return ((X509Certificate2)stream.RemoteCertificate!).ExportCertificatePem();
    }

    private static string Decode(Regex pattern, string kubeconfig) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(pattern.Match(kubeconfig).Groups[1].Value));

    [GeneratedRegex(@"token: (\w+)")]
    private static partial Regex TokenPattern();

    [GeneratedRegex(@"user: \{.*\}\n")]
    private static partial Regex UserPattern();

    [GeneratedRegex(@"server: ""?(https://[^""\s,}]+)""?")]
    private static partial Regex ServerPattern();

    [GeneratedRegex(@"client-certificate-data: ([A-Za-z0-9+/=]+)")]
    private static partial Regex CertificatePattern();

    [GeneratedRegex(@"client-key-data: ([A-Za-z0-9+/=]+)")]
    private static partial Regex KeyPattern();

    [GeneratedRegex(@"certificate-authority-data: ([A-Za-z0-9+/=]+)")]
    private static partial Regex AuthorityPattern();
}
