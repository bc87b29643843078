using EdgeSync.Kubernetes.Api;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testing;

namespace EdgeSync.Kubernetes.Tests.Api;

/// <summary>What can be said of a kubeconfig without a server: whether the files and the program that it names are there.</summary>
public sealed class KubeconfigCheckTests : IDisposable
{
    private const string ExecStart = "exec: {apiVersion: client.authentication.k8s.io/v1, command: ";
    private readonly TempDirectory _directory = new();

    public KubeconfigCheckTests()
    {
        Directory.CreateDirectory(_directory["folder"]);
        File.WriteAllText(_directory["token"], "secret\n");
        File.WriteAllText(_directory["blank"], " \n");
        File.WriteAllText(_directory["program"], "");
        File.SetUnixFileMode(_directory["program"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.WriteAllText(_directory["text"], "");
        File.SetUnixFileMode(_directory["text"], UnixFileMode.UserRead);
    }

    [Theory]
    [InlineData("{token: secret}")]
    [InlineData("{tokenFile: token}")]
    [InlineData($"{{{ExecStart}./program}}}}")]
    [InlineData($"{{{ExecStart}sh}}}}")]
    public void Check_AllIsThere_FindsNothing(string user) => Load(user).CheckLogin();

    [Theory]
    [InlineData("{tokenFile: none}", ApiReasons.KubeconfigInvalid, "its token file is refused: no such file '@/none'")]
    [InlineData("{tokenFile: folder}", ApiReasons.KubeconfigInvalid, "its token file is refused: cannot read '@/folder': it is a folder, and a file is expected")]
    [InlineData("{tokenFile: blank}", ApiReasons.KubeconfigInvalid, "its token file '@/blank' is empty")]
    [InlineData("{client-certificate: none, client-key: none}", ApiReasons.KubeconfigInvalid, "there is no file '@/none'")]
    [InlineData("{client-certificate: folder, client-key: none}", ApiReasons.KubeconfigInvalid, "cannot read '@/folder': it is a folder, and a file is expected")]
    [InlineData("{client-certificate: text}", ApiReasons.KubeconfigInvalid, "it has a client-certificate and no client-key")]
    [InlineData("{username: a, password: b}", ApiReasons.KubeconfigInvalid, "user 'u' has 'username' and 'password', which API servers no longer take; use a token or a client certificate")]
    [InlineData("{token: t, as: viewer}", ApiReasons.KubeconfigInvalid, "user 'u' has 'as': the agent does not act as somebody else; name a user with just the rights that it needs")]
    [InlineData("{token: t, as-groups: [viewers]}", ApiReasons.KubeconfigInvalid, "user 'u' has 'as': the agent does not act as somebody else; name a user with just the rights that it needs")]
    [InlineData($"{{{ExecStart}./none}}}}", ApiReasons.CredentialPluginMissing, "the credential plugin '@/none' of the kubeconfig cannot be started: there is no such file")]
    [InlineData($"{{{ExecStart}./folder}}}}", ApiReasons.CredentialPluginMissing, "cannot be started: it is a folder, and a file is expected")]
    [InlineData($"{{{ExecStart}./text}}}}", ApiReasons.CredentialPluginMissing, "cannot be started: it is not executable")]
    [InlineData($"{{{ExecStart}edgesync-no-such-program}}}}", ApiReasons.CredentialPluginMissing, "cannot be started: there is no such program in PATH")]
    public void Check_SomethingIsMissing_NamesIt(string user, string reason, string words)
    {
        var failure = Assert.Throws<KubernetesApiException>(() => Load(user).CheckLogin());

        Assert.Equal((reason, ExitCodes.BadConfiguration), (failure.Reason, failure.ExitCode));
        Assert.EndsWith(words.Replace("@", _directory.Path, StringComparison.Ordinal), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ProxyOfTheCluster_IsRefusedAndNotLeftOut() => Assert.Contains(
        "the cluster has 'proxy-url'; set HTTPS_PROXY",
        Assert.Throws<KubernetesApiException>(() => Load("{token: secret}", ", proxy-url: \"http://proxy:3128\"")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Load_AuthorityIsAFolder_NamesIt() => Assert.EndsWith(
        $"cannot read '{_directory["folder"]}': it is a folder, and a file is expected",
        Assert.Throws<KubernetesApiException>(() => Load("{token: secret}", ", certificate-authority: folder")).Message,
        StringComparison.Ordinal);

    public void Dispose() => _directory.Dispose();

    private Kubeconfig Load(string user, string cluster = "")
    {
        File.WriteAllText(
            _directory["kubeconfig"],
            $"current-context: c\ncontexts: [{{name: c, context: {{cluster: c, user: u}}}}]\nclusters: [{{name: c, cluster: {{server: \"https://127.0.0.1:1\"{cluster}}}}}]\nusers: [{{name: u, user: {user}}}]\n");
        return Kubeconfig.Load(_directory["kubeconfig"]);
    }
}
