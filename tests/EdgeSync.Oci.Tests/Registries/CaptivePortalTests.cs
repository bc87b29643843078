using System.Text;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Oci.Tests.Registries;

/// <summary>Networks and proxies that answer in a registry's place.</summary>
public sealed class CaptivePortalTests : IDisposable
{
    private const string Page = "<html>Please accept our terms.</html>";
    private static readonly Descriptor Blob = Descriptor.Of(MediaTypes.OctetStream, "hello"u8);

    private readonly CancellationTokenSource _limit = new(TestClients.Limit);

    public static TheoryData<string, string> Answers => new()
    {
        { "page", Html("200 OK", Page) },
        { "page with parameters", Html("200 OK", Page, "Text/HTML; charset=utf-8") },
        { "511", Html("511 Network Authentication Required", Page, "text/plain") },
        { "blocked by a proxy", Html("403 Forbidden", Page) },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task EveryRequest_AnsweredByAPortal_FindsNoRegistry(string name, string answer)
    {
        Assert.NotEmpty(name);
        await using var server = ScriptedServer.Start(_ => answer);

        await AssertNoRegistryAsync(server, (client, token) => client.ResolveAsync("a", "t", null, token));
        await AssertNoRegistryAsync(server, (client, token) => client.GetManifestAsync("a", Blob.Digest, token));
        await AssertNoRegistryAsync(server, (client, token) => client.GetBlobAsync("a", Blob, 10, token));
        await AssertNoRegistryAsync(server, (client, token) => client.OpenBlobAsync("a", Blob.Digest, 2, null, token));
        await AssertNoRegistryAsync(server, (client, token) => client.PingAsync(token));
        await AssertNoRegistryAsync(server, (client, token) => client.PushBlobAsync("a", MediaTypes.OctetStream, "hello"u8.ToArray(), token));
    }

    [Theory]
    [InlineData(Page)]
    [InlineData("\n  <!DOCTYPE html><p>Hello</p>")]
    [InlineData("""{"login":"required"}""")]
    [InlineData("Welcome on board")]
    [InlineData("")]
    public async Task Manifest_ThatIsNoneAndDoesNotSaySo_FindsNoRegistry(string body)
    {
        await using var server = ScriptedServer.Start(_ => Html("200 OK", body, "application/octet-stream"));

        await AssertNoRegistryAsync(server, (client, token) => client.ResolveAsync("a", "t", null, token));
        await AssertNoRegistryAsync(server, (client, token) => client.GetManifestAsync("a", Blob.Digest, token));
    }

    [Theory]
    [InlineData("""{"schemaVersion":1,"fsLayers":[]}""", "application/json")]
    [InlineData("""{"login":"required"}""", MediaTypes.ImageManifest)]
    public async Task Manifest_ThatARegistrySent_IsABadManifest(string body, string type)
    {
        await using var server = ScriptedServer.Start(_ => Html("200 OK", body, type));
        using var client = TestClients.Create(server.Address);

        var failure = await Assert.ThrowsAsync<RegistryException>(() => client.ResolveAsync("a", "t", null, _limit.Token));

        Assert.Equal(RegistryReasons.ManifestInvalid, failure.Reason);
    }

    [Fact]
    public async Task Redirect_ToALoginPage_NamesBoth()
    {
        await using var portal = ScriptedServer.Start(_ => Html("200 OK", Page));
        await using var server = ScriptedServer.Start(_ => $"HTTP/1.1 302 Found\nLocation: http://{portal.Address}/login?mac=1\nContent-Length: 0\n\n");

        var failure = await AssertNoRegistryAsync(server, (client, token) => client.ResolveAsync("a", "t", null, token));

        Assert.Contains(server.Address, failure.Message, StringComparison.Ordinal);
        Assert.Contains(portal.Address, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/json")]
    public async Task Token_AnsweredByAPortal_FindsNoRegistry(string type)
    {
        await using var tokens = ScriptedServer.Start(_ => Html("200 OK", Page, type));
        await using var server = ScriptedServer.Start(
            _ => $"HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"http://{tokens.Address}/token\"\nContent-Length: 0\n\n");

        var failure = await AssertNoRegistryAsync(server, (client, token) => client.PingAsync(token));

        Assert.Contains(tokens.Address, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blob_ThatIsAWebPageAndComesFromARegistry_IsServed()
    {
        var page = Descriptor.Of("text/html", Encoding.Latin1.GetBytes(Page));
        await using var server = ScriptedServer.Start(_ => Html("200 OK", Page, "text/html", $"Docker-Content-Digest: {page.Digest}"));
        using var client = TestClients.Create(server.Address);

        Assert.Equal(Encoding.Latin1.GetBytes(Page), await client.GetBlobAsync("a", page, 100, _limit.Token));
    }

    public void Dispose() => _limit.Dispose();

    private static string Html(string status, string body, string type = "text/html", string header = "X-Nothing: 1") =>
        $"HTTP/1.1 {status}\nContent-Type: {type}\n{header}\nContent-Length: {body.Length}\nConnection: close\n\n{body}";

    private async Task<RegistryException> AssertNoRegistryAsync(ScriptedServer server, Func<RegistryClient, CancellationToken, Task> act)
    {
        using var client = TestClients.Create(TestClients.Options(server.Address) with { MaxRetries = 0 });
        var failure = await Assert.ThrowsAsync<RegistryException>(() => act(client, _limit.Token));
        Assert.Equal((RegistryReasons.RegistryUnreachable, Disposition.Transient, ExitCodes.Unavailable), (failure.Reason, failure.Disposition, failure.ExitCode));
        Assert.Contains("no registry answers here", failure.Message, StringComparison.Ordinal);
        return failure;
    }
}
