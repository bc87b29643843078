using System.IO.Compression;
using System.Text;

namespace EdgeSync.Oci.Tests.Registries;

/// <summary>What token servers answer.</summary>
public sealed class TokenServerTests : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TestClients.Limit);

    [Theory]
    [InlineData("""{"token":"t1","expires_in":"3600"}""")]
    [InlineData("""{"token":"t1","expires_in":3600.5}""")]
    [InlineData("""{"token":"t1","expires_in":"soon"}""")]
    [InlineData("""{"token":"t1","expires_in":[1]}""")]
    [InlineData("""{"token":"t1","expires_in":1e999}""")]
    [InlineData("""{"token":"t1","expires_in":-5}""")]
    [InlineData("""{"token":"","access_token":"t1"}""")]
    [InlineData("""{"token":null,"access_token":"t1","expires_in":null,"issued_at":7,"scope":{},"refresh_token":null}""")]
    public async Task Token_InTheFormsThatServersAnswer_IsUsed(string body)
    {
        await using var tokens = ScriptedServer.Start(_ => Ok(body));
        await using var server = ScriptedServer.Start(request => request.Authorization == "Bearer t1" ? Ok("{}") : $"HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"http://{tokens.Address}/token\"\nContent-Length: 0\n\n");
        using var client = TestClients.Create(server.Address);

        await client.PingAsync(_limit.Token);
        await client.PingAsync(_limit.Token);

        Assert.Single(tokens.Requests);
    }

    [Fact]
    public async Task Token_CompressedWithoutBeingAsked_IsUsed()
    {
        await using var tokens = ScriptedServer.StartStreaming((_, stream, token) => SendPackedAsync(stream, """{"token":"t1"}"""u8.ToArray(), token));
        await using var server = ScriptedServer.Start(request => request.Authorization == "Bearer t1" ? Ok("{}") : $"HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"http://{tokens.Address}/token\"\nContent-Length: 0\n\n");
        using var client = TestClients.Create(server.Address);

        await client.PingAsync(_limit.Token);

        Assert.Equal("identity", Assert.Single(tokens.Requests).Headers["Accept-Encoding"].Single());
    }

    [Fact]
    public async Task Manifest_CompressedWithoutBeingAsked_IsReadAsItWasPushed()
    {
        var manifest = """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"""u8.ToArray();
        await using var server = ScriptedServer.StartStreaming((_, stream, token) => SendPackedAsync(stream, manifest, token));
        using var client = TestClients.Create(server.Address);

        Assert.Equal(manifest, (await client.FindManifestAsync("app", "1", _limit.Token))!.Bytes.ToArray());
    }

    [Theory]
    [InlineData("/token")]
    [InlineData("file:///token")]
    [InlineData("token.example.com/token")]
    public async Task TokenServer_WithoutAnAddressOfHttp_IsRefusedInPlainWords(string realm)
    {
        await using var server = ScriptedServer.Start(_ => $"HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"{realm}\"\nContent-Length: 0\n\n");
        using var client = TestClients.Create(server.Address);

        var failure = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync(_limit.Token));

        Assert.EndsWith("the 'realm' of its challenge must be an http or https address", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _limit.Dispose();

    private static async Task SendPackedAsync(Stream stream, byte[] content, CancellationToken cancellationToken)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            await gzip.WriteAsync(content, cancellationToken);
        }

        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.oci.image.index.v1+json\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\nConnection: close\r\n\r\n"),
            cancellationToken);
        await stream.WriteAsync(packed.ToArray(), cancellationToken);
    }

    private static string Ok(string body) => $"HTTP/1.1 200 OK\nContent-Length: {body.Length}\nConnection: close\n\n{body}";
}
