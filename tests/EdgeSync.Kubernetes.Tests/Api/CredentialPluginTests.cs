using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testing;

namespace EdgeSync.Kubernetes.Tests.Api;

/// <summary>Exec plugins of a kubeconfig: real scripts that log in to a real API server.</summary>
[Collection(ApiServer.Collection)]
public sealed partial class CredentialPluginTests(ApiServer server) : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    private string Token => TokenPattern().Match(File.ReadAllText(server.Node.KubeconfigPath)).Groups[1].Value;

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData("v1")]
    [InlineData("v1beta1")]
    public async Task Request_TokenOfAPlugin_IsUsedForAllRequestsAndRunsThePluginOnce(string version)
    {
        using var client = Connect(Script(Print(Status($"\"token\": \"{Token}\""), version)), version);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ListAsync(client)));

        Assert.Equal(1, Runs);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Request_CredentialExpired_RunsThePluginAgain()
    {
        var time = new ManualTimeProvider();
        var end = time.GetUtcNow().AddHours(1);
        using var client = Connect(Script(Print(Status($"\"token\": \"{Token}\", \"expirationTimestamp\": \"{end:yyyy-MM-ddTHH:mm:ssZ}\""))), time: time);

        await ListAsync(client);
        time.Advance(TimeSpan.FromMinutes(59));
        await ListAsync(client);
        var before = Runs;
        time.Advance(TimeSpan.FromMinutes(2));
        await ListAsync(client);

        Assert.Equal((1, 2), (before, Runs));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Request_TokenRejected_IsSentOnceMoreWithANewOne()
    {
        using var client = Connect(Script($"""
            if [ "$(wc -l < "{_directory["runs"]}")" -eq 1 ]; then {Print(Status("\"token\": \"old\""))}; else {Print(Status($"\"token\": \"{Token}\""))}; fi
            """));

        await ListAsync(client);

        Assert.Equal(2, Runs);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Request_EveryTokenRejected_IsUnauthorizedAfterOneMoreRun()
    {
        using var client = Connect(Script(Print(Status("\"token\": \"wrong\""))));

        var failure = await Assert.ThrowsAsync<KubernetesApiException>(() => ListAsync(client));

        Assert.Equal(ApiReasons.ClusterUnauthorized, failure.Reason);
        Assert.Equal(2, Runs);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Request_ClientCertificateRejected_IsSentOnceMoreWithANewOne()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = new CertificateRequest("CN=admin,O=system:masters", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        var admin = await File.ReadAllTextAsync(server.Node.CertificateKubeconfigPath!);
        var old = Status(Pair(stranger.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem()));
        var good = Status(Pair(Decode(CertificatePattern(), admin), Decode(KeyPattern(), admin)));
        using var client = Connect(Script($"""
            if [ "$(wc -l < "{_directory["runs"]}")" -eq 1 ]; then {Print(old)}; else {Print(good)}; fi
            """));

        await ListAsync(client);
        await ListAsync(client);

        Assert.Equal(2, Runs);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Plugin_ArgumentsEnvironmentAndCluster_ReachIt()
    {
        var script = Script($"""
            printf '%s|%s|%s' "$1" "$REGION" "$KUBERNETES_EXEC_INFO" > "{_directory["seen"]}"
            {Print(Status($"\"token\": \"{Token}\""))}
            """);
        using var client = Connect(
            script, more: "provideClusterInfo: true, interactiveMode: IfAvailable, env: [{name: REGION, value: south}]", arguments: ", \"two words\"");

        await ListAsync(client);

        var seen = (await File.ReadAllTextAsync(_directory["seen"])).Split('|', 3);
        var info = JsonNode.Parse(seen[2])!;
        Assert.Equal(("two words", "south"), (seen[0], seen[1]));
        Assert.Equal("ExecCredential", (string?)info["kind"]);
        Assert.False((bool)info["spec"]!["interactive"]!);
        Assert.StartsWith("https://127.0.0.1:", (string?)info["spec"]!["cluster"]!["server"], StringComparison.Ordinal);
        Assert.NotNull(info["spec"]!["cluster"]!["certificate-authority-data"]);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Plugin_NotInstalled_IsStalledWithTheInstallHint()
    {
        using var client = Connect("none", command: "./not-there", more: "installHint: Get it from the shop.");

        var failure = await Assert.ThrowsAsync<KubernetesApiException>(() => ListAsync(client));

        Assert.Equal((ApiReasons.CredentialPluginMissing, Disposition.Stalled), (failure.Reason, failure.Disposition));
        Assert.Equal(_directory["not-there"], failure.Subject);
        Assert.Equal("Get it from the shop.", failure.Hint);
        Assert.Equal(ExitCodes.BadConfiguration, failure.ExitCode);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Plugin_EndsWithAnError_ReportsItsCodeAndItsWords()
    {
        using var client = Connect(Script("echo 'log in first' >&2; head -c 200000 /dev/zero >&2; exit 3"));

        var failure = await Assert.ThrowsAsync<KubernetesApiException>(() => ListAsync(client));

        Assert.Equal((ApiReasons.CredentialPluginFailed, Disposition.Transient), (failure.Reason, failure.Disposition));
        Assert.Contains("exit code 3: log in first", failure.Message, StringComparison.Ordinal);
        Assert.InRange(failure.Message.Length, 1, 2_000);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Plugin_DoesNotEnd_IsEndedAfterItsTime()
    {
        var time = new ManualTimeProvider();
        using var client = Connect(Script($"echo $$ > \"{_directory["pid.new"]}\"; mv \"{_directory["pid.new"]}\" \"{_directory["pid"]}\"; exec sleep 3600"), time: time);

        var request = ListAsync(client);
        while (!File.Exists(_directory["pid"]))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, _limit.Token);
        }

        time.Advance(TimeSpan.FromSeconds(21));
        var failure = await Assert.ThrowsAsync<KubernetesApiException>(() => request);

        Assert.Equal((ApiReasons.CredentialPluginTimeout, Disposition.Transient), (failure.Reason, failure.Disposition));
        Assert.Contains("within 20 s", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sleep", CommandOf(File.ReadAllText(_directory["pid"]).Trim()), StringComparison.Ordinal);
    }

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData("echo hunter2", "not JSON")]
    [InlineData("echo '[]'", "not a JSON object")]
    [InlineData("true", "not JSON")]
    [InlineData("head -c 1100000 /dev/zero", "larger than 1 MiB")]
    [InlineData("""echo '{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1alpha1"}'""", "not an ExecCredential of client.authentication.k8s.io/v1")]
    [InlineData("""echo '{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1"}'""", "no status")]
    [InlineData("""echo '{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": {}}'""", "neither a token nor a client certificate")]
    [InlineData("""echo '{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": {"token": "hunter2 x"}}'""", "status.token")]
    [InlineData("""echo '{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": {"clientCertificateData": "x"}}'""", "only together")]
    [InlineData("""echo '{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": {"clientCertificateData": "hunter2", "clientKeyData": "y"}}'""", "certificate cannot be read")]
    [InlineData("""echo '{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": {"token": "hunter2", "expirationTimestamp": "soon"}}'""", "expirationTimestamp")]
    public async Task Plugin_OutputThatIsNoCredential_IsAFailureThatQuotesNoSecret(string command, string expected)
    {
        using var client = Connect(Script(command));

        var failure = await Assert.ThrowsAsync<KubernetesApiException>(() => ListAsync(client));

        Assert.Equal(ApiReasons.CredentialPluginInvalid, failure.Reason);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _directory.Dispose();
        _limit.Dispose();
    }

    private int Runs => File.ReadAllLines(_directory["runs"]).Length;

    private string Script(string body)
    {
        File.WriteAllText(_directory["login.sh"], $"echo run >> \"{_directory["runs"]}\"\n{body}\n");
        return _directory["login.sh"];
    }

    // The script is an argument of a shell: a file that was just written may still be open in a child of another test, and cannot be executed then.
    private KubernetesClient Connect(
        string script, string version = "v1", string command = "./shell", string more = "interactiveMode: Never", string arguments = "", TimeProvider? time = null)
    {
        File.CreateSymbolicLink(_directory["shell"], "/bin/sh");
        var text = File.ReadAllText(server.Node.KubeconfigPath);
        var user = $"{{exec: {{apiVersion: client.authentication.k8s.io/{version}, command: {command}, args: [\"{script}\"{arguments}], {more}}}}}";
        File.WriteAllText(_directory["kubeconfig"], UserPattern().Replace(text, $"user: {user}\n"));
        return new KubernetesClient(Kubeconfig.Load(_directory["kubeconfig"]), new KubernetesClientOptions(), time ?? TimeProvider.System, new RetryPolicy(time ?? TimeProvider.System, new Random(1)));
    }

    private async Task ListAsync(KubernetesClient client)
    {
        var list = await client.ListAsync(new ResourceType("v1", "Namespace", "namespaces", IsNamespaced: false), new ListSelection(), _limit.Token);
        Assert.NotEmpty(list.Items);
    }

    private static string Status(string members) => $"\"status\": {{{members}}}";

    private static string Print(string status, string version = "v1") =>
        $"printf '%s' '{{\"apiVersion\": \"client.authentication.k8s.io/{version}\", \"kind\": \"ExecCredential\", {status}}}'";

    private static string Pair(string certificate, string key) =>
        $"\"clientCertificateData\": {JsonValue.Create(certificate).ToJsonString()}, \"clientKeyData\": {JsonValue.Create(key).ToJsonString()}";

    private static string Decode(Regex pattern, string kubeconfig) =>
        System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(pattern.Match(kubeconfig).Groups[1].Value));

    private static string CommandOf(string pid) => File.Exists($"/proc/{pid}/cmdline") ? File.ReadAllText($"/proc/{pid}/cmdline") : "";

    [GeneratedRegex(@"token: (\w+)")]
    private static partial Regex TokenPattern();

    [GeneratedRegex(@"user: \{.*\}\n")]
    private static partial Regex UserPattern();

    [GeneratedRegex(@"client-certificate-data: ([A-Za-z0-9+/=]+)")]
    private static partial Regex CertificatePattern();

    [GeneratedRegex(@"client-key-data: ([A-Za-z0-9+/=]+)")]
    private static partial Regex KeyPattern();
}
