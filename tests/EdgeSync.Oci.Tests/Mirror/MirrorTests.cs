using System.Net;
using System.Net.Http.Headers;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Mirror;
using EdgeSync.Oci.References;
using EdgeSync.Primitives;
using EdgeSync.Testing;

namespace EdgeSync.Oci.Tests.Mirror;

public sealed class MirrorTests : IAsyncLifetime, IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly CancellationTokenSource _limit = new(TestClients.Limit);
    private ContentStore _store = null!;
    private MirrorHost _mirror = null!;
    private StoredImage _image = null!;

    public async Task InitializeAsync()
    {
        _store = await ContentStore.OpenAsync(_folder["store"], TimeProvider.System, _limit.Token);
        _mirror = await MirrorHost.StartAsync(_store);
        _image = await StoredImage.WriteAsync(_store, 300_000, _limit.Token);
        _mirror.Catalog.Publish("bundle", new MirrorContent(
            new Dictionary<OciReference, Descriptor> { [OciReference.ParseImage("nginx:1.27")] = _image.Manifest },
            [_image.Manifest.Digest, _image.Config.Digest, _image.Layer.Digest]));
    }

    [Fact]
    public async Task Ping_Answers()
    {
        using var answer = await GetAsync("/v2/");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("registry/2.0", answer.Headers.GetValues("Docker-Distribution-Api-Version").Single());
    }

    [Theory]
    [InlineData("/v2/library/nginx/manifests/1.27?ns=docker.io")]
    [InlineData("/v2/library/nginx/manifests/1.27")]
    public async Task Manifest_ByTag_IsServedWithItsTypeAndDigest(string path)
    {
        using var answer = await GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(MediaTypes.ImageManifest, answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(_image.Manifest.Digest.ToString(), answer.Headers.GetValues("Docker-Content-Digest").Single());
        Assert.Equal(_image.Manifest.Digest, Digest.Of(await answer.Content.ReadAsByteArrayAsync(_limit.Token)));
    }

    [Fact]
    public async Task Manifest_Head_HasHeadersOnly()
    {
        using var answer = await SendAsync(HttpMethod.Head, $"/v2/library/nginx/manifests/{_image.Manifest.Digest}?ns=docker.io");

        Assert.Equal(_image.Manifest.Size, answer.Content.Headers.ContentLength);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(_limit.Token));
    }

    [Fact]
    public async Task Manifest_KnownToTheClient_IsNotModified()
    {
        using var answer = await SendAsync(
            HttpMethod.Get, "/v2/library/nginx/manifests/1.27", request => request.Headers.IfNoneMatch.ParseAdd($"\"{_image.Manifest.Digest}\""));

        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
    }

    [Theory]
    [InlineData("/v2/library/nginx/manifests/1.28?ns=docker.io", "MANIFEST_UNKNOWN")]
    [InlineData("/v2/library/nginx/manifests/1.27?ns=quay.io", "MANIFEST_UNKNOWN")]
    [InlineData("/v2/library/redis/tags/list", "NAME_UNKNOWN")]
    [InlineData("/v2/library/nginx/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "BLOB_UNKNOWN")]
    [InlineData("/v2/library/nginx/blobs/latest", "NAME_INVALID")]
    [InlineData("/v2/library/nginx/blobs/..%2f..%2findex.json", "NAME_INVALID")]
    [InlineData("/v2/../blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "")]
    [InlineData("/v2/library/nginx/manifests/1.27?ns=a%20b", "NAME_INVALID")]
    [InlineData("/v2/_catalog", "NAME_INVALID")]
    [InlineData("/v2/x", "NAME_INVALID")]
    public async Task Request_ForWhatIsNotServed_IsNotFoundInTheSpecificationsForm(string path, string code)
    {
        using var answer = await GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains(code, await answer.Content.ReadAsStringAsync(_limit.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_InTheStoreButOfNoVerifiedBundle_IsNotServed()
    {
        var unverified = await StoredImage.WriteAsync(_store, 1000, _limit.Token, seed: 8);

        using var manifest = await GetAsync($"/v2/library/nginx/manifests/{unverified.Manifest.Digest}");
        using var blob = await GetAsync($"/v2/library/nginx/blobs/{unverified.Layer.Digest}");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (manifest.StatusCode, blob.StatusCode));
    }

    [Fact]
    public async Task Content_OfAWithdrawnBundle_IsNotServedAnyMore()
    {
        _mirror.Catalog.Withdraw("bundle");

        using var answer = await GetAsync("/v2/library/nginx/manifests/1.27");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("bytes=0-9", 0, 10)]
    [InlineData("bytes=299990-", 299_990, 10)]
    [InlineData("bytes=299990-999999999", 299_990, 10)]
    [InlineData("bytes=-10", 299_990, 10)]
    [InlineData("bytes=-999999999", 0, 300_000)]
    public async Task Blob_Range_IsPartialContent(string range, int start, int length)
    {
        using var answer = await GetBlobAsync(range);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal($"bytes {start}-{start + length - 1}/300000", answer.Content.Headers.ContentRange?.ToString());
        Assert.Equal(_image.LayerBytes[start..(start + length)], await answer.Content.ReadAsByteArrayAsync(_limit.Token));
    }

    [Theory]
    [InlineData("bytes=300000-")]
    [InlineData("bytes=-0")]
    [InlineData("bytes=500-0")]
    [InlineData("bytes=9-1")]
    [InlineData("bytes=99999999999999999999999-")]
    public async Task Blob_RangeBehindTheEnd_IsNotSatisfiable(string range)
    {
        using var answer = await GetBlobAsync(range);

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, answer.StatusCode);
        Assert.Equal("bytes */300000", answer.Content.Headers.ContentRange?.ToString());
    }

    [Theory]
    [InlineData("bytes=0-1,5-6")]
    [InlineData("pages=1-2")]
    [InlineData("bytes=x")]
    [InlineData("bytes=-")]
    [InlineData("bytes=1-2-3")]
    [InlineData("bytes=+1-2")]
    public async Task Blob_RangeThatIsNotUnderstood_IsTheWhole(string range)
    {
        using var answer = await GetBlobAsync(range);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(_image.LayerBytes, await answer.Content.ReadAsByteArrayAsync(_limit.Token));
    }

    [Fact]
    public async Task Blob_ConditionOfTheRangeDoesNotHold_IsTheWhole()
    {
        using var answer = await SendAsync(HttpMethod.Get, $"/v2/library/nginx/blobs/{_image.Layer.Digest}", request =>
        {
            request.Headers.Range = new RangeHeaderValue(5, null);
            request.Headers.IfRange = new RangeConditionHeaderValue("\"another\"");
        });

        Assert.Equal((HttpStatusCode.OK, 300_000L), (answer.StatusCode, answer.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task Blob_Head_HasItsSize()
    {
        using var answer = await SendAsync(HttpMethod.Head, $"/v2/library/nginx/blobs/{_image.Layer.Digest}");

        Assert.Equal((HttpStatusCode.OK, 300_000L), (answer.StatusCode, answer.Content.Headers.ContentLength));
        Assert.Equal("bytes", answer.Headers.AcceptRanges.Single());
    }

    [Theory]
    [InlineData("bytes=0-9")]
    [InlineData("bytes=300000-")]
    [InlineData("bytes=500-0")]
    public async Task Blob_HeadWithRange_IgnoresTheRange(string range)
    {
        using var answer = await SendAsync(
            HttpMethod.Head, $"/v2/library/nginx/blobs/{_image.Layer.Digest}", request => request.Headers.TryAddWithoutValidation("Range", range));

        Assert.Equal((HttpStatusCode.OK, 300_000L, null), (answer.StatusCode, answer.Content.Headers.ContentLength, answer.Content.Headers.ContentRange));
    }

    [Theory]
    [InlineData("bytes=299990-99999999999999999999999", 299_990, 10)]
    [InlineData("bytes=-99999999999999999999999", 0, 300_000)]
    [InlineData("Bytes=0-0,", 0, 1)]
    public async Task Blob_RangeWithHugeNumbersOrLooseSpelling_IsPartialContent(string range, int start, int length)
    {
        using var answer = await GetBlobAsync(range);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal($"bytes {start}-{start + length - 1}/300000", answer.Content.Headers.ContentRange?.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Blob_DamagedOnDisk_IsNeverServedAndReported(bool servedBefore)
    {
        if (servedBefore)
        {
            using var before = await GetBlobAsync(range: null);
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        }

        Damage.FlipBit(_store, _image.Layer.Digest);
        using var answer = await GetBlobAsync(range: null);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal([_image.Layer.Digest], _mirror.Lost);
    }

    [Fact]
    public async Task Manifest_DamagedOrMissing_IsNotServedAndReported()
    {
        Damage.Truncate(_store, _image.Manifest.Digest);
        using var damaged = await GetAsync("/v2/library/nginx/manifests/1.27");
        _store.Delete(_image.Manifest.Digest);
        using var missing = await GetAsync("/v2/library/nginx/manifests/1.27");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (damaged.StatusCode, missing.StatusCode));
        Assert.Equal([_image.Manifest.Digest, _image.Manifest.Digest], _mirror.Lost);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("POST")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Write_AnyVerb_IsNotAllowed(string method)
    {
        using var answer = await SendAsync(new HttpMethod(method), "/v2/library/nginx/manifests/1.27");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Contains("UNSUPPORTED", await answer.Content.ReadAsStringAsync(_limit.Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1.evil.example:5000", HttpStatusCode.MisdirectedRequest)]
    [InlineData("10.0.0.1", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost:1", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("[::1]:7", HttpStatusCode.OK)]
    public async Task Request_HostThatIsNotLoopback_IsRefused(string host, HttpStatusCode expected)
    {
        using var answer = await SendAsync(HttpMethod.Get, "/v2/library/nginx/manifests/1.27", request => request.Headers.Host = host);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Tags_OfARepository_AreListedInPages()
    {
        _mirror.Catalog.Publish("more", new MirrorContent(
            new[] { "b", "a", "c" }.ToDictionary(tag => OciReference.Parse($"r.example/web:{tag}"), _ => _image.Manifest), []));

        using var first = await GetAsync("/v2/web/tags/list?ns=r.example&n=2");
        using var second = await GetAsync(first.Headers.GetValues("Link").Single().TrimStart('<').Split('>')[0]);

        Assert.Equal("""{"name":"web","tags":["a","b"]}""", await first.Content.ReadAsStringAsync(_limit.Token));
        Assert.Equal("""{"name":"web","tags":["c"]}""", await second.Content.ReadAsStringAsync(_limit.Token));
    }

    [Fact]
    public async Task Referrers_OfServedContent_AreListedAndFiltered()
    {
        var referrer = _image.Manifest with { ArtifactType = "application/x-sig" };
        var hidden = Descriptor.Of(MediaTypes.ImageManifest, "not served"u8) with { ArtifactType = "application/x-sig" };
        _mirror.Catalog.Publish("signed", new MirrorContent(new Dictionary<OciReference, Descriptor>(), [])
        {
            Referrers = new Dictionary<Digest, IReadOnlyList<Descriptor>> { [_image.Config.Digest] = [referrer, hidden] },
        });

        using var all = await GetAsync($"/v2/library/nginx/referrers/{_image.Config.Digest}");
        using var none = await GetAsync($"/v2/library/nginx/referrers/{_image.Config.Digest}?artifactType=application/x-other");

        var index = (ImageIndex)ManifestReader.Read(await all.Content.ReadAsByteArrayAsync(_limit.Token), MediaTypes.ImageIndex).Content;
        Assert.Equal([referrer.Digest], index.Manifests.Select(d => d.Digest));
        Assert.DoesNotContain(referrer.Digest.ToString(), await none.Content.ReadAsStringAsync(_limit.Token), StringComparison.Ordinal);
        Assert.Equal("artifactType", none.Headers.GetValues("OCI-Filters-Applied").Single());
    }

    public Task DisposeAsync() => _mirror.DisposeAsync().AsTask();

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
        _limit.Dispose();
    }

    private Task<HttpResponseMessage> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    private Task<HttpResponseMessage> GetBlobAsync(string? range) => SendAsync(
        HttpMethod.Get,
        $"/v2/library/nginx/blobs/{_image.Layer.Digest}?ns=docker.io",
        request =>
        {
            if (range is not null)
            {
                request.Headers.TryAddWithoutValidation("Range", range);
            }
        });

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, Action<HttpRequestMessage>? prepare = null)
    {
        using var request = new HttpRequestMessage(method, path);
        prepare?.Invoke(request);
        return await _mirror.Http.SendAsync(request, _limit.Token);
    }
}
