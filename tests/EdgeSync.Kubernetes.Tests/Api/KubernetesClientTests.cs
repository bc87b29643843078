using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testing;

namespace EdgeSync.Kubernetes.Tests.Api;

[Collection(ApiServer.Collection)]
public sealed class KubernetesClientTests(ApiServer server)
{
    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task GetVersion_ClientCertificateAndAuthority_AreUsed()
    {
        using var client = Connect(Kubeconfig.Load(server.Node.CertificateKubeconfigPath!));

        Assert.StartsWith("v1.", await client.GetVersionAsync(default), StringComparison.Ordinal);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task GetVersion_ServerOfAnotherName_IsNotTrusted()
    {
        using var directory = new TempDirectory();
        var text = await File.ReadAllTextAsync(server.Node.CertificateKubeconfigPath!);
        var path = directory["kubeconfig"];
        await File.WriteAllTextAsync(path, text.Replace("server:", "tls-server-name: elsewhere.example.com, server:", StringComparison.Ordinal));
        using var client = Connect(Kubeconfig.Load(path));

        var failure = await Assert.ThrowsAsync<KubernetesApiException>(() => client.GetVersionAsync(default));

        Assert.Equal((ApiReasons.ClusterNotTrusted, Disposition.Stalled), (failure.Reason, failure.Disposition));
    }

    [Fact(Timeout = ApiServer.Limit)]
    public async Task GetVersion_NobodyListens_IsTransient()
    {
        using var directory = new TempDirectory();
        await File.WriteAllTextAsync(directory["kubeconfig"], Minimal("server: \"http://127.0.0.1:1\"", "{token: t}"));
        using var client = Connect(Kubeconfig.Load(directory["kubeconfig"]));

        var failure = await Assert.ThrowsAsync<KubernetesApiException>(() => client.GetVersionAsync(default));

        Assert.Equal((ApiReasons.ClusterUnreachable, Disposition.Transient), (failure.Reason, failure.Disposition));
        Assert.Equal(3, client.RequestCount);
    }

    [Theory]
    [InlineData("{exec: {command: aws}}", "exec.apiVersion must be")]
    [InlineData("{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: aws}}", "exec.apiVersion must be")]
    [InlineData("{exec: {apiVersion: client.authentication.k8s.io/v1}}", "exec.command is missing")]
    [InlineData("{exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, interactiveMode: Always}}", "no terminal")]
    [InlineData("{exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, args: [[]]}}", "list of texts")]
    [InlineData("{auth-provider: {name: gcp}}", "logs in by a plugin")]
    [InlineData("{client-certificate: none.pem, client-key: none.key}", "none.pem")]
    [InlineData("{client-certificate-data: \"!\"}", "cannot be used")]
    public void Load_UserThatCannotLogIn_SaysWhy(string user, string words)
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory["kubeconfig"], Minimal("server: \"https://127.0.0.1:1\"", user));

        var failure = Assert.Throws<KubernetesApiException>(() => Kubeconfig.Load(directory["kubeconfig"]));

        Assert.Equal(ExitCodes.BadConfiguration, failure.ExitCode);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_Kubeconfig_HoldsNoToken()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory["kubeconfig"], Minimal("server: \"https://127.0.0.1:1\"", "{token: hunter2}"));

        Assert.DoesNotContain("hunter2", Kubeconfig.Load(directory["kubeconfig"]).ToString(), StringComparison.Ordinal);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task List_MoreThanAPage_GivesAll()
    {
        using var client = server.Connect(new KubernetesClientOptions { PageSize = 1 });
        var type = (await client.FindTypeAsync("v1", "Namespace", default))!;

        var list = await client.ListAsync(type, new ListSelection(), default);

        Assert.True(list.Items.Count >= 4);
        Assert.Equal(list.Items.Count, list.Items.Select(item => new KubernetesObject(item).Name).Distinct().Count());
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Certificate_IsJudgedAtTheTimeThatIsKnownAndIsNeverTooYoung()
    {
        using var early = server.Connect(new KubernetesClientOptions { CertificateTime = new ManualTimeProvider(DateTimeOffset.UnixEpoch) });
        using var late = server.Connect(new KubernetesClientOptions { CertificateTime = new ManualTimeProvider(new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero)), MaxAttempts = 1 });

        Assert.NotNull(await early.FindTypeAsync("v1", "Namespace", default));
        await Assert.ThrowsAsync<KubernetesApiException>(() => late.FindTypeAsync("v1", "Namespace", default));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Watch_FromAnyVersion_BeginsWithWhatIsThere()
    {
        var type = (await server.Client.FindTypeAsync("v1", "Namespace", default))!;
        using var client = server.Connect(new KubernetesClientOptions { WatchDuration = TimeSpan.FromSeconds(1) });
        var names = new List<string>();

        await foreach (var change in client.WatchAsync(type, new ListSelection { MetadataOnly = true }, "0", default))
        {
            names.Add(change.Type == WatchEventType.Bookmark ? "" : new KubernetesObject(change.Live).Name);
        }

        Assert.Contains("default", names);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Delete_WrongUid_LeavesTheObject()
    {
        var id = new ObjectId("v1", "Namespace", null, "default");

        Assert.False(await server.Client.DeleteAsync(id, Guid.NewGuid().ToString(), Propagation.Background, default));
        Assert.NotNull(await server.Client.GetAsync(id, default));
    }

    private static KubernetesClient Connect(Kubeconfig config) => new(config, new KubernetesClientOptions(), TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));

    private static string Minimal(string cluster, string user) => $$"""
        apiVersion: v1
        kind: Config
        current-context: site
        contexts: [{name: site, context: {cluster: site, user: admin} }]
        clusters: [{name: site, cluster: { {{cluster}} } }]
        users: [{name: admin, user: {{user}} }]
        """;
}
