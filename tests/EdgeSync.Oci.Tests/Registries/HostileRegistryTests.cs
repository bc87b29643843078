using System.Text;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Download;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Registries;
using EdgeSync.Oci.Registries.Authentication;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testing;

namespace EdgeSync.Oci.Tests.Registries;

/// <summary>Answers that no real registry gives.</summary>
public sealed class HostileRegistryTests : IDisposable
{
    private const string Secret = "hunter2-secret";
    private static readonly Descriptor Blob = Descriptor.Of(MediaTypes.OctetStream, "hello"u8);

    private readonly TempDirectory _folder = new();
    private readonly CancellationTokenSource _limit = new(TestClients.Limit);

    [Fact]
    public async Task Manifest_WithTheWrongDigest_IsRefused()
    {
        await using var server = ScriptedServer.Start(_ => Ok("""{"schemaVersion":2,"manifests":[]}"""));

        await AssertRefusedAsync(server, RegistryReasons.DigestMismatch, (client, token) => client.GetManifestAsync("a", Blob.Digest, token));
    }

    [Fact]
    public async Task Manifest_HeaderNamesAnotherDigest_IsRefused()
    {
        await using var server = ScriptedServer.Start(
            _ => Ok("""{"schemaVersion":2,"manifests":[]}""", $"Docker-Content-Digest: {Blob.Digest}"));

        await AssertRefusedAsync(server, RegistryReasons.DigestMismatch, (client, token) => client.ResolveAsync("a", "t", null, token));
    }

    [Fact]
    public async Task Manifest_Endless_IsCutAtTheLimit()
    {
        await using var server = Endless();

        await AssertRefusedAsync(server, RegistryReasons.ContentTooLarge, (client, token) => client.ResolveAsync("a", "t", null, token));
    }

    [Fact]
    public async Task Manifest_AnnouncedHuge_IsNotRead()
    {
        await using var server = ScriptedServer.Start(_ => "HTTP/1.1 200 OK\nContent-Length: 99999999999\n\n{}");

        await AssertRefusedAsync(server, RegistryReasons.ContentTooLarge, (client, token) => client.ResolveAsync("a", "t", null, token));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 100\n\n{}", RegistryReasons.ConnectionLost)]
    [InlineData("not HTTP at all\n\n", RegistryReasons.ProtocolViolation)]
    [InlineData("HTTP/1.1 418 Teapot\nContent-Length: 0\n\n", RegistryReasons.ProtocolViolation)]
    [InlineData("HTTP/1.1 304 Not Modified\n\n", RegistryReasons.ProtocolViolation)]
    [InlineData("HTTP/1.1 403 Forbidden\nContent-Length: 0\n\n", RegistryReasons.Denied)]
    [InlineData("HTTP/1.1 302 Found\nContent-Length: 0\n\n", RegistryReasons.ProtocolViolation)]
    [InlineData("HTTP/1.1 302 Found\nLocation: file:///etc/passwd\nContent-Length: 0\n\n", RegistryReasons.ProtocolViolation)]
    [InlineData("HTTP/1.1 302 Found\nLocation: /v2/a/manifests/t\nContent-Length: 0\n\n", RegistryReasons.ProtocolViolation)]
    [InlineData("HTTP/1.1 302 Found\nLocation: http://u:p@127.0.0.1/x\nContent-Length: 0\n\n", RegistryReasons.ProtocolViolation)]
    public async Task Answer_ThatNoRegistryGives_HasItsReason(string answer, string reason)
    {
        await using var server = ScriptedServer.Start(_ => answer);

        await AssertRefusedAsync(server, reason, (client, token) => client.ResolveAsync("a", "t", null, token));
    }

    [Fact]
    public async Task Error_WithControlCharacters_CannotReachATerminal()
    {
        await using var server = ScriptedServer.Start(_ => """
            HTTP/1.1 500 Oops
            Connection: close

            {"errors":[{"code":"X","message":"\u001b[31mred\nnext"}]}
            """);

        var failure = await AssertRefusedAsync(server, RegistryReasons.RegistryError, (client, token) => client.PingAsync(token));

        Assert.Contains("?[31mred?next", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', failure.Message);
    }

    [Fact]
    public async Task Blob_Endless_IsCutAtItsSizeAndNothingIsKept()
    {
        await using var server = Endless();
        using var store = await ContentStore.OpenAsync(_folder["store"], TimeProvider.System, _limit.Token);

        await AssertRefusedAsync(server, RegistryReasons.ContentTooLarge, (client, token) => FetchAsync(client, store, token));

        Assert.Empty(store.List());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(store.Root, "partial")));
    }

    [Fact]
    public async Task Blob_PartIsAnotherThanAskedFor_IsRefused()
    {
        await using var server = ScriptedServer.Start(_ => "HTTP/1.1 206 Partial Content\nContent-Range: bytes 0-1/5\nContent-Length: 2\n\nhe");

        await AssertRefusedAsync(server, RegistryReasons.ProtocolViolation, (client, token) => client.OpenBlobAsync("a", Blob.Digest, 3, null, token));
    }

    [Fact]
    public async Task Blob_RangeIgnored_BeginsAgainFromTheStart()
    {
        await using var server = ScriptedServer.Start(_ => Ok("hello"));
        using var store = await ContentStore.OpenAsync(_folder["store"], TimeProvider.System, _limit.Token);
        await File.WriteAllTextAsync(Path.Combine(store.Root, "partial", Blob.Digest.Hex), "he", _limit.Token);
        using var client = TestClients.Create(server.Address);

        await FetchAsync(client, store, _limit.Token);

        Assert.Equal("bytes=2-", server.Requests.Single().Headers["Range"].Single());
        Assert.Equal("hello"u8.ToArray(), await store.ReadVerifiedAsync(Blob.Digest, 5, _limit.Token));
    }

    [Fact]
    public async Task RateLimit_WithAShortWait_IsWaitedFor()
    {
        var count = 0;
        await using var server = ScriptedServer.Start(_ =>
            Interlocked.Increment(ref count) == 1 ? "HTTP/1.1 429 Slow down\nRetry-After: 1\nContent-Length: 0\n\n" : Ok("{}"));
        using var client = TestClients.Create(TestClients.Options(server.Address) with { MaxRetryDelay = TimeSpan.FromSeconds(2) });
        var started = TimeProvider.System.GetTimestamp();

        await client.PingAsync(_limit.Token);

        // Retry-After is the thing under test, and this is a lower bound, so a slow machine changes nothing.
        Assert.Equal(2, server.Requests.Count);
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(990));
    }

    [Fact]
    public async Task RateLimit_WithALongWait_IsToldToTheCaller()
    {
        await using var server = ScriptedServer.Start(_ => "HTTP/1.1 429 Slow down\nRetry-After: 3600\nContent-Length: 0\n\n");

        var failure = await AssertRefusedAsync(server, RegistryReasons.RateLimited, (client, token) => client.PingAsync(token));

        Assert.Equal((Disposition.Waiting, TimeSpan.FromHours(1)), (failure.Disposition, failure.RetryAfter));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task ServerError_ThatPasses_IsTriedAgain()
    {
        var count = 0;
        await using var server = ScriptedServer.Start(_ =>
            Interlocked.Increment(ref count) < 3 ? "HTTP/1.1 503 Busy\nContent-Length: 0\n\n" : Ok("{}"));
        using var client = TestClients.Create(server.Address);

        await client.PingAsync(_limit.Token);

        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Answer_ThatNeverComes_IsUnreachableAndNotACancellation()
    {
        await using var server = ScriptedServer.StartStreaming((_, _, token) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token));
        using var client = TestClients.Create(
            TestClients.Options(server.Address) with { ResponseTimeout = TimeSpan.FromMilliseconds(100), MaxRetries = 0 });

        var failure = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync(_limit.Token));

        Assert.Equal((RegistryReasons.RegistryUnreachable, Disposition.Transient), (failure.Reason, failure.Disposition));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.PingAsync(cancelled.Token));
    }

    [Fact]
    public async Task Blob_CrawlingIn_IsTooSlow()
    {
        await using var server = ScriptedServer.StartStreaming(async (_, stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"u8.ToArray(), token);
            while (true)
            {
                // At most 50 bytes in a second; a slow machine sends fewer.
                await stream.WriteAsync("x"u8.ToArray(), token);
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, token);
            }
        });
        using var client = TestClients.Create(
            TestClients.Options(server.Address) with { SpeedWindow = TimeSpan.FromMilliseconds(200), MinimumBytesPerSecond = 1000 });
        await using var download = await client.OpenBlobAsync("a", Blob.Digest, 0, null, _limit.Token);

        var failure = await Assert.ThrowsAsync<RegistryException>(() => download.Content.CopyToAsync(Stream.Null, _limit.Token));

        Assert.Equal(RegistryReasons.TransferTooSlow, failure.Reason);
    }

    [Fact]
    public async Task Redirect_ToAnotherHost_TakesNoCredentialsAlong()
    {
        await using var other = ScriptedServer.Start(_ => Ok("hello"));
        await using var server = ScriptedServer.Start(request => request.Authorization is null
            ? "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"x\"\nContent-Length: 0\n\n"
            : $"HTTP/1.1 307 Temporary Redirect\nLocation: http://{other.Address}/blob\nContent-Length: 0\n\n");
        using var client = WithPassword(server);

        var bytes = await client.GetBlobAsync("a", Blob, 100, _limit.Token);

        Assert.Equal("hello"u8.ToArray(), bytes);
        Assert.StartsWith("Basic ", server.Requests[^1].Authorization, StringComparison.Ordinal);
        Assert.Null(Assert.Single(other.Requests).Authorization);
    }

    [Fact]
    public async Task Token_OfTheRegistrysOwnHost_IsFetchedOnceAndSent()
    {
        await using var tokens = ScriptedServer.Start(_ => Ok("""{"token":"t0ken","expires_in":300}"""));
        await using var server = ScriptedServer.Start(request => request.Authorization == "Bearer t0ken" ? Ok("{}") : Challenge($"http://{tokens.Address}/token?x=1"));
        using var client = WithPassword(server);

        await client.BlobExistsAsync("a/b", Blob.Digest, _limit.Token);
        await client.BlobExistsAsync("a/b", Blob.Digest, _limit.Token);

        var request = Assert.Single(tokens.Requests);
        Assert.Equal("/token?x=1&service=svc&scope=repository%3Aa%2Fb%3Apull", request.Path);
        Assert.StartsWith("Basic ", request.Authorization, StringComparison.Ordinal);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Token_ByIdentityToken_IsExchangedByPost()
    {
        await using var tokens = ScriptedServer.Start(_ => Ok("""{"access_token":"t0ken"}"""));
        await using var server = ScriptedServer.Start(request => request.Authorization == "Bearer t0ken" ? Ok("{}") : Challenge($"http://{tokens.Address}/token"));
        using var client = TestClients.Create(TestClients.Options(server.Address) with { Credential = RegistryCredential.FromIdentityToken(Secret) });

        await client.BlobExistsAsync("a/b", Blob.Digest, _limit.Token);

        Assert.Equal("POST", Assert.Single(tokens.Requests).Method);
    }

    [Theory]
    [InlineData("http://auth.example/token")]
    [InlineData("http://user:pw@127.0.0.1/token")]
    [InlineData("ftp://127.0.0.1/token")]
    [InlineData("/token")]
    [InlineData("")]
    public async Task Token_FromAServerThatIsNotSafe_IsNotAskedFor(string realm)
    {
        await using var server = ScriptedServer.Start(_ => Challenge(realm));
        using var client = WithPassword(server);

        var failure = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync(_limit.Token));

        Assert.Equal(RegistryReasons.ProtocolViolation, failure.Reason);
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("pw", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_ServerRedirects_IsNotFollowed()
    {
        await using var other = ScriptedServer.Start(_ => Ok("""{"token":"x"}"""));
        await using var tokens = ScriptedServer.Start(_ => $"HTTP/1.1 302 Found\nLocation: http://{other.Address}/\nContent-Length: 0\n\n");
        await using var server = ScriptedServer.Start(_ => Challenge($"http://{tokens.Address}/token"));
        using var client = WithPassword(server);

        await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync(_limit.Token));

        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData("""{"token":"a b"}""")]
    [InlineData("""{"token":"a\r\nX-Injected: 1"}""")]
    [InlineData("""{"token":""}""")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("no JSON")]
    [InlineData("""{"token":"\ud800"}""")]
    public async Task Token_ThatCannotBeOne_IsRefused(string body)
    {
        await using var tokens = ScriptedServer.Start(_ => Ok(body));
        await using var server = ScriptedServer.Start(_ => Challenge($"http://{tokens.Address}/token"));

        await AssertRefusedAsync(server, RegistryReasons.ProtocolViolation, (client, token) => client.PingAsync(token));
    }

    [Fact]
    public async Task Token_Huge_IsCutAtTheLimit()
    {
        await using var tokens = Endless();
        await using var server = ScriptedServer.Start(_ => Challenge($"http://{tokens.Address}/token"));

        await AssertRefusedAsync(server, RegistryReasons.ContentTooLarge, (client, token) => client.PingAsync(token));
    }

    [Fact]
    public async Task Login_NeverAccepted_IsUnauthorizedAfterOneTry()
    {
        await using var server = ScriptedServer.Start(_ => "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"x\"\nContent-Length: 0\n\n");
        using var client = WithPassword(server);

        var failure = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync(_limit.Token));

        Assert.Equal((RegistryReasons.Unauthorized, Disposition.Stalled), (failure.Reason, failure.Disposition));
        Assert.Equal(2, server.Requests.Count);
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Referrers_NextPageOnAnotherHost_IsNotFollowed()
    {
        await using var server = ScriptedServer.Start(
            _ => Ok("""{"schemaVersion":2,"manifests":[]}""", "Link: <http://evil.example/v2/>; rel=\"next\""));

        await AssertRefusedAsync(server, RegistryReasons.ProtocolViolation, (client, token) => client.GetReferrersAsync("a", Blob.Digest, null, token));
    }

    [Fact]
    public async Task Referrers_ByTheApi_AreReadPageByPageWithABound()
    {
        var entry = $$"""{"mediaType":"{{MediaTypes.ImageManifest}}","digest":"{{Blob.Digest}}","size":1,"artifactType":"a/b"}""";
        await using var server = ScriptedServer.Start(
            request => Ok($$"""{"schemaVersion":2,"manifests":[{{entry}}]}""", $"Link: <{request.Path}>; rel=\"next\""));
        using var client = TestClients.Create(server.Address);

        var found = await client.GetReferrersAsync("a", Blob.Digest, "a/b", _limit.Token);

        Assert.Equal(16, found.Count);
        Assert.All(server.Requests, request => Assert.Equal($"/v2/a/referrers/{Blob.Digest}?artifactType=a%2Fb", request.Path));
    }

    [Fact]
    public async Task Upload_LocationOnAnotherHost_GetsNothing()
    {
        await using var other = ScriptedServer.Start(_ => Ok(""));
        await using var server = ScriptedServer.Start(request => request.Method == "HEAD"
            ? "HTTP/1.1 404 Not Found\nContent-Length: 0\n\n"
            : $"HTTP/1.1 202 Accepted\nLocation: http://{other.Address}/up\nContent-Length: 0\n\n");

        await AssertRefusedAsync(
            server, RegistryReasons.ProtocolViolation, (client, token) => client.PushBlobAsync("a", MediaTypes.OctetStream, "hello"u8.ToArray(), token));

        Assert.Empty(other.Requests);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _limit.Dispose();
    }

    private static string Ok(string body, string header = "X-Nothing: 1") =>
        $"HTTP/1.1 200 OK\n{header}\nContent-Length: {Encoding.Latin1.GetByteCount(body)}\nConnection: close\n\n{body}";

    private static string Challenge(string realm) =>
        $"HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"{realm}\",service=\"svc\",scope=\"repository:other:push\"\nContent-Length: 0\n\n";

    private static ScriptedServer Endless() => ScriptedServer.StartStreaming(async (_, stream, token) =>
    {
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), token);
        var chunk = Encoding.Latin1.GetBytes("10000\r\n" + new string('x', 0x10000) + "\r\n");
        while (true)
        {
            await stream.WriteAsync(chunk, token);
        }
    });

    private static RegistryClient WithPassword(ScriptedServer server) =>
        TestClients.Create(TestClients.Options(server.Address) with { Credential = RegistryCredential.FromPassword("user", Secret) });

    private static async Task FetchAsync(RegistryClient client, ContentStore store, CancellationToken cancellationToken)
    {
        var fetcher = new BlobFetcher(
            client, store, new FetchOptions(), TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await fetcher.FetchAsync("a", Blob, new FetchStatistics(), progress: null, cancellationToken);
    }

    private async Task<RegistryException> AssertRefusedAsync(
        ScriptedServer server, string reason, Func<RegistryClient, CancellationToken, Task> act)
    {
        using var client = TestClients.Create(server.Address);
        var failure = await Assert.ThrowsAsync<RegistryException>(() => act(client, _limit.Token));
        Assert.Equal(reason, failure.Reason);
        return failure;
    }
}
