using System.Collections.Concurrent;
using EdgeSync.Oci.Manifests;

namespace EdgeSync.Oci.Tests.Registries;

/// <summary>Answers to a push that succeeded, or that another spelling of the address makes succeed, and some to one that did not.</summary>
public sealed class PushAnswerTests : IDisposable
{
    private const string Uploads = "/v2/a/blobs/uploads/";
    private static readonly byte[] Manifest = """{"schemaVersion":2,"manifests":[]}"""u8.ToArray();

    private readonly CancellationTokenSource _limit = new(TestClients.Limit);
    private readonly ConcurrentDictionary<string, bool> _stored = new();

    [Theory]
    [InlineData("http://HOST/v2/a/blobs/uploads/1?_state=ab%2Bc%3D%3D")]
    [InlineData("/v2/a/blobs/uploads/1?_state=ab%2Bc%3D%3D")]
    [InlineData("1?_state=ab%2Bc%3D%3D")]
    [InlineData("https://HOST/v2/a/blobs/uploads/1?_state=ab%2Bc%3D%3D")]
    [InlineData("http://127.0.0.1/v2/a/blobs/uploads/1?_state=ab%2Bc%3D%3D")]
    [InlineData("http://127.0.0.1/other/path?_state=ab%2Bc%3D%3D")]
    [InlineData("http://registry.internal:5000/v2/a/blobs/uploads/1?_state=ab%2Bc%3D%3D")]
    public async Task PushBlobAsync_LocationInSomeForm_SendsToTheHostThatWasAsked(string location)
    {
        ScriptedServer? server = null;
        await using var running = server = ScriptedServer.Start(request => request.Method == "POST"
            ? $"HTTP/1.1 202 Accepted\nLocation: {location.Replace("HOST", server!.Address, StringComparison.Ordinal)}\nConnection: close\nContent-Length: 0\n\n"
            : Answer(request));
        using var client = TestClients.Create(server.Address);

        await client.PushBlobAsync("a", MediaTypes.OctetStream, "hello"u8.ToArray(), _limit.Token);

        Assert.Contains("_state=ab%2Bc%3D%3D&digest=", server.Requests.Single(request => request.Method == "PUT").Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://HOST/v2/a/blobs/uploads/1")]
    [InlineData("http://user:pw@HOST/v2/a/blobs/uploads/1")]
    [InlineData("http://127.0.0.1:1/elsewhere")]
    [InlineData("http://storage.example/v2/other/blobs/uploads/1")]
    [InlineData(null)]
    public async Task PushBlobAsync_LocationThatIsNoUploadHere_IsRefused(string? location)
    {
        ScriptedServer? server = null;
        await using var running = server = ScriptedServer.Start(request => request.Method == "POST"
            ? $"HTTP/1.1 202 Accepted\nX-None: 1\n{(location is null ? "" : $"Location: {location.Replace("HOST", server!.Address, StringComparison.Ordinal)}\n")}Connection: close\nContent-Length: 0\n\n"
            : Answer(request));
        using var client = TestClients.Create(server.Address);

        var failure = await Assert.ThrowsAsync<RegistryException>(
            () => client.PushBlobAsync("a", MediaTypes.OctetStream, "hello"u8.ToArray(), _limit.Token));

        Assert.Equal(RegistryReasons.ProtocolViolation, failure.Reason);
        Assert.DoesNotContain("pw", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("200 OK")]
    [InlineData("201 Created")]
    [InlineData("202 Accepted")]
    [InlineData("204 No Content")]
    [InlineData("206 Partial Content")]
    public async Task Push_AnySuccess_IsOne(string status)
    {
        await using var server = ScriptedServer.Start(request => request.Method == "PUT" ? Store(request, status) : Answer(request));
        using var client = TestClients.Create(server.Address);

        await client.PushBlobAsync("a", MediaTypes.OctetStream, "hello"u8.ToArray(), _limit.Token);
        await client.PushManifestAsync("a", "t", MediaTypes.ImageIndex, Manifest, _limit.Token);
    }

    [Theory]
    [InlineData("400 Bad Request")]
    [InlineData("403 Forbidden")]
    [InlineData("405 Method Not Allowed")]
    [InlineData("501 Not Implemented")]
    public async Task Push_HeadIsNotAllowed_AsksWithGet(string status)
    {
        await using var server = ScriptedServer.Start(request => request.Method == "HEAD" ? $"HTTP/1.1 {status}\nConnection: close\nContent-Length: 0\n\n" : Answer(request));
        using var client = TestClients.Create(server.Address);

        Assert.True(await client.PushBlobAsync("a", Descriptor.Of(MediaTypes.OctetStream, "hello"u8), Open, _limit.Token));
        Assert.False(await client.PushBlobAsync("a", Descriptor.Of(MediaTypes.OctetStream, "hello"u8), Open, _limit.Token));
        await client.PushManifestAsync("a", "t", MediaTypes.ImageIndex, Manifest, _limit.Token);
    }

    [Fact]
    public async Task Push_AccountThatMayOnlyWrite_Succeeds()
    {
        await using var server = ScriptedServer.Start(request => request.Method is "HEAD" or "GET" ? "HTTP/1.1 403 Forbidden\nConnection: close\nContent-Length: 0\n\n" : Answer(request));
        using var client = TestClients.Create(server.Address);

        await client.PushBlobAsync("a", MediaTypes.OctetStream, "hello"u8.ToArray(), _limit.Token);
        await client.PushManifestAsync("a", "t", MediaTypes.ImageIndex, Manifest, _limit.Token);
    }

    [Fact]
    public async Task Push_SuccessThatStoredNothing_IsAFailure()
    {
        await using var server = ScriptedServer.Start(request => request.Method == "PUT" ? "HTTP/1.1 201 Created\nConnection: close\nContent-Length: 0\n\n" : Answer(request));
        using var client = TestClients.Create(server.Address);

        var blob = await Assert.ThrowsAsync<RegistryException>(() => client.PushBlobAsync("a", MediaTypes.OctetStream, "hello"u8.ToArray(), _limit.Token));
        var manifest = await Assert.ThrowsAsync<RegistryException>(() => client.PushManifestAsync("a", "t", MediaTypes.ImageIndex, Manifest, _limit.Token));

        Assert.Contains("does not have it", blob.Message, StringComparison.Ordinal);
        Assert.Contains("does not have it", manifest.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PushBlobAsync_StoredALittleLater_IsWaitedFor()
    {
        var looks = 0;
        await using var server = ScriptedServer.Start(request => request.Method == "HEAD" && Interlocked.Increment(ref looks) < 4
            ? "HTTP/1.1 404 Not Found\nConnection: close\nContent-Length: 0\n\n"
            : Answer(request));
        using var client = TestClients.Create(server.Address);

        await client.PushBlobAsync("a", MediaTypes.OctetStream, "hello"u8.ToArray(), _limit.Token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PushManifestAsync_AnswerNamesAnotherDigest_TheStoredBytesDecide(bool isRight)
    {
        const string Other = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
        var stored = System.Text.Encoding.UTF8.GetString(Manifest) + (isRight ? "" : " ");
        await using var server = ScriptedServer.Start(request => request.Method == "PUT"
            ? $"HTTP/1.1 201 Created\nDocker-Content-Digest: {Other}\nConnection: close\nContent-Length: 0\n\n"
            : $"HTTP/1.1 200 OK\nConnection: close\nContent-Length: {stored.Length}\n\n{stored}");
        using var client = TestClients.Create(server.Address);

        var pushing = client.PushManifestAsync("a", "t", MediaTypes.ImageIndex, Manifest, _limit.Token);

        if (isRight)
        {
            Assert.Equal(EdgeSync.Primitives.Digest.Of(Manifest), (await pushing).Descriptor.Digest);
        }
        else
        {
            Assert.Equal(RegistryReasons.ProtocolViolation, (await Assert.ThrowsAsync<RegistryException>(() => pushing)).Reason);
        }
    }

    public void Dispose() => _limit.Dispose();

    private static Task<Stream> Open(CancellationToken cancellationToken) => Task.FromResult<Stream>(new MemoryStream("hello"u8.ToArray()));

    // A registry that takes whatever is put, and knows afterwards that it is there.
    private string Answer(ScriptedRequest request) => request.Method switch
    {
        "POST" => $"HTTP/1.1 202 Accepted\nLocation: {Uploads}1?_state=1\nConnection: close\nContent-Length: 0\n\n",
        "PUT" => Store(request, "201 Created"),
        _ => _stored.ContainsKey(request.Path.Contains("/blobs/", StringComparison.Ordinal) ? "blob" : "manifest")
            ? "HTTP/1.1 200 OK\nContent-Length: 1\nConnection: close\n\n" + (request.Method == "GET" ? "x" : "")
            : "HTTP/1.1 404 Not Found\nConnection: close\nContent-Length: 0\n\n",
    };

    private string Store(ScriptedRequest request, string status)
    {
        _stored[request.Path.Contains("/manifests/", StringComparison.Ordinal) ? "manifest" : "blob"] = true;
        return $"HTTP/1.1 {status}\nConnection: close\n{(status.StartsWith("204", StringComparison.Ordinal) ? "" : "Content-Length: 0\n")}\n";
    }
}
