using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Registries;
using EdgeSync.Oci.Registries.Authentication;
using EdgeSync.Testing;

namespace EdgeSync.Oci.Tests.Registries;

/// <summary>Registries that do not ask for a login, and credentials that change while the client lives.</summary>
public sealed class HiddenRegistryTests : IDisposable
{
    private const string Basic = "Basic dXNlcjpzZWNyZXQ="; // user:secret
    private static readonly Descriptor Blob = Descriptor.Of(MediaTypes.OctetStream, "hello"u8);

    private readonly TempDirectory _folder = new();
    private readonly CancellationTokenSource _limit = new(TestClients.Limit);

    [Theory]
    [InlineData("404 Not Found")]
    [InlineData("403 Forbidden")]
    [InlineData("401 Unauthorized")]
    public async Task Request_AnsweredAsIfNothingWereThere_IsSentWithTheLogin(string status)
    {
        await using var server = ScriptedServer.Start(request => request switch
        {
            { Authorization: Basic } => Ok("hello"),
            { Path: "/v2/" } => "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"r\"\nContent-Length: 0\n\n",
            _ => $"HTTP/1.1 {status}\nContent-Length: 0\n\n",
        });
        using var client = Create(server, RegistryCredential.FromPassword("user", "secret"));

        await client.GetBlobAsync("app", Blob, 10, _limit.Token);
        await client.GetBlobAsync("app", Blob, 10, _limit.Token);

        Assert.Equal([null, null, Basic, Basic], server.Requests.Select(request => request.Authorization));
    }

    [Fact]
    public async Task Request_HiddenByARegistryWithTokens_IsSentWithAToken()
    {
        await using var tokens = ScriptedServer.Start(request => request.Authorization == Basic ? Ok("""{"token":"t1"}""") : "HTTP/1.1 401 No\nContent-Length: 0\n\n");
        await using var server = ScriptedServer.Start(request => request switch
        {
            { Authorization: "Bearer t1" } => Ok("hello"),
            { Path: "/v2/" } => $"HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"http://{tokens.Address}/token\"\nContent-Length: 0\n\n",
            _ => "HTTP/1.1 404 Not Found\nContent-Length: 0\n\n",
        });
        using var client = Create(server, RegistryCredential.FromPassword("user", "secret"));

        Assert.Equal("hello"u8.ToArray(), await client.GetBlobAsync("app", Blob, 10, _limit.Token));
    }

    [Fact]
    public async Task Request_HiddenByARegistryWhoseRootIsOpen_IsSentWithTheLogin()
    {
        await using var server = ScriptedServer.Start(request => request.Authorization == Basic || request.Path == "/v2/" ? Ok("hello") : "HTTP/1.1 404 Not Found\nContent-Length: 0\n\n");
        using var client = Create(server, RegistryCredential.FromPassword("user", "secret"));

        Assert.Equal("hello"u8.ToArray(), await client.GetBlobAsync("app", Blob, 10, _limit.Token));
    }

    [Fact]
    public async Task Request_WithoutALogin_IsNotSentTwice()
    {
        await using var server = ScriptedServer.Start(_ => "HTTP/1.1 404 Not Found\nContent-Length: 0\n\n");
        using var client = TestClients.Create(server.Address);

        Assert.IsType<ResolveOutcome.NotFound>(await client.ResolveAsync("app", "t", known: null, _limit.Token));

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Request_HiddenBehindARedirect_ShowsTheOtherHostNothing()
    {
        await using var other = ScriptedServer.Start(_ => "HTTP/1.1 404 Not Found\nContent-Length: 0\n\n");
        await using var server = ScriptedServer.Start(_ => $"HTTP/1.1 307 Elsewhere\nLocation: http://{other.Address}/blob\nContent-Length: 0\n\n");
        using var client = Create(server, RegistryCredential.FromPassword("user", "secret"));

        await Assert.ThrowsAsync<RegistryException>(() => client.GetBlobAsync("app", Blob, 10, _limit.Token));

        Assert.All(other.Requests, request => Assert.Null(request.Authorization));
        Assert.Single(other.Requests);
    }

    [Fact]
    public async Task Password_ChangedInItsFile_IsShownAtOnce()
    {
        File.WriteAllText(_folder["user"], "user\n");
        File.WriteAllText(_folder["password"], "old\n");
        await using var server = ScriptedServer.Start(request => request.Authorization == Basic ? Ok("hello") : "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"r\"\nContent-Length: 0\n\n");
        using var client = TestClients.Create(
            TestClients.Options(server.Address) with { CredentialSource = CredentialFiles.OfPassword(_folder["user"], _folder["password"]) });

        var refused = await Assert.ThrowsAsync<RegistryException>(() => client.GetBlobAsync("app", Blob, 10, _limit.Token));
        File.WriteAllText(_folder["password"], "secret\n");

        Assert.Equal(RegistryReasons.Unauthorized, refused.Reason);
        Assert.Equal("hello"u8.ToArray(), await client.GetBlobAsync("app", Blob, 10, _limit.Token));
    }

    [Fact]
    public async Task Password_ThatASourceRemembersTooLong_IsAskedForAgainAfterARefusal()
    {
        await using var server = ScriptedServer.Start(request => request.Authorization == Basic ? Ok("hello") : "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"r\"\nContent-Length: 0\n\n");
        using var client = TestClients.Create(TestClients.Options(server.Address) with { CredentialSource = new Remembering("old", "secret") });

        Assert.Equal("hello"u8.ToArray(), await client.GetBlobAsync("app", Blob, 10, _limit.Token));
    }

    [Fact]
    public async Task Token_RefusedByTheTokenServer_IsAskedForAgainWithNewCredentials()
    {
        await using var tokens = ScriptedServer.Start(request => request.Authorization == Basic ? Ok("""{"token":"t1"}""") : "HTTP/1.1 401 No\nContent-Length: 0\n\n");
        await using var server = ScriptedServer.Start(request => request.Authorization == "Bearer t1"
            ? Ok("hello")
            : $"HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"http://{tokens.Address}/token\"\nContent-Length: 0\n\n");
        using var client = TestClients.Create(TestClients.Options(server.Address) with { CredentialSource = new Remembering("old", "secret") });

        Assert.Equal("hello"u8.ToArray(), await client.GetBlobAsync("app", Blob, 10, _limit.Token));
    }

    [Fact]
    public async Task FolderInThePlaceOfAFile_IsReportedAsOne()
    {
        var options = TestClients.Options("localhost:1");
        RegistryOptions[] cases =
        [
            options with { CredentialSource = CredentialFiles.OfToken(_folder.Path) },
            options with { CertificateAuthorityFile = _folder.Path, PlainHttp = false },
            options with { ClientCertificateFile = _folder.Path, PlainHttp = false },
        ];
        foreach (var with in cases)
        {
            var failure = await Assert.ThrowsAnyAsync<EdgeSync.Primitives.Failures.EdgeSyncException>(async () =>
            {
                using var client = TestClients.Create(with);
                await client.PingAsync(_limit.Token);
            });
            Assert.Contains($"'{_folder.Path}'", failure.Message, StringComparison.Ordinal);
            Assert.EndsWith(": it is a folder, and a file is expected", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task CredentialFile_Missing_IsNamed()
    {
        await using var server = ScriptedServer.Start(_ => Ok("hello"));
        using var client = TestClients.Create(TestClients.Options(server.Address) with { CredentialSource = CredentialFiles.OfToken(_folder["none"]) });

        var failure = await Assert.ThrowsAsync<EdgeSync.Primitives.Failures.StorageException>(() => client.PingAsync(_limit.Token));

        Assert.Equal("CredentialUnreadable", failure.Reason);
        Assert.Contains("there is no such file", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _limit.Dispose();
    }

    private static string Ok(string body) => $"HTTP/1.1 200 OK\nContent-Length: {body.Length}\nConnection: close\n\n{body}";

    private static RegistryClient Create(ScriptedServer server, RegistryCredential credential) =>
        TestClients.Create(TestClients.Options(server.Address) with { Credential = credential });

    private sealed class Remembering(string first, string then) : ICredentialSource
    {
        private string _password = first;

        public Task<RegistryCredential?> FindAsync(string? repository, CancellationToken cancellationToken) =>
            Task.FromResult<RegistryCredential?>(RegistryCredential.FromPassword("user", _password));

        public void Forget() => _password = then;
    }
}
