using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Tests.Support;

namespace EdgeSync.Hq.Tests.Access;

public sealed class ApiTests : IAsyncLifetime
{
    private TestHq _hq = null!;
    private TestSite _site = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _hq = await TestHq.StartAsync();
        _site = _hq.Enrol("stores", "store-1");
        _client = _hq.CreateClient(_hq.AddToken(Role.Operator));
        for (var i = 1; i <= 5; i++)
        {
            SendEntry(TestSite.Release($"1.0.{i}", i));
        }

        _hq.Ingest(_site.Message(MessageKind.Status, _site.Status(_hq.Now, ChannelState.Healthy, TestSite.Release("1.0.5", 5), l => l["region"] = "north"), _hq.Now));
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        _site.Dispose();
        await _hq.DisposeAsync();
    }

    [Theory]
    [InlineData("/api/v1/sites")]
    [InlineData("/api/v1/sites/stores/store-1")]
    [InlineData("/api/v1/sites/stores/store-1/acknowledgements")]
    public async Task Get_UnchangedContent_ReturnsNotModified(string path)
    {
        using var first = await GetAsync(path, null);
        using var second = await GetAsync(path, first.Headers.ETag);
        SendEntry(TestSite.Release("1.0.6", 6));
        using var third = await GetAsync(path, first.Headers.ETag);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotModified, HttpStatusCode.OK), (first.StatusCode, second.StatusCode, third.StatusCode));
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
        Assert.NotEqual(first.Headers.ETag, third.Headers.ETag);
    }

    [Fact]
    public async Task Sites_OneSite_ReturnsItsAssessmentAndStatus()
    {
        var site = await ReadAsync("/api/v1/sites/stores/store-1");

        Assert.Equal(
            ("healthy", "fresh", 5, "1.0.5", "north"),
            ((string?)site["condition"], (string?)site["freshness"], (int?)site["ledger"]!["storedThrough"], (string?)site["status"]!["channels"]![0]!["running"]!["version"], (string?)site["status"]!["labels"]!["region"]));
    }

    [Theory]
    [InlineData("label=region=north", 1)]
    [InlineData("label=region", 1)]
    [InlineData("label=region=south", 0)]
    [InlineData("condition=healthy", 1)]
    [InlineData("condition=silent", 0)]
    [InlineData("condition=7", 1)]
    [InlineData("search=STORE-1", 1)]
    [InlineData("search=1.0.5", 1)]
    [InlineData("search=nothing", 0)]
    [InlineData("channel=stable&fleet=stores", 1)]
    [InlineData("fleet=ships", 0)]
    [InlineData("page=99999", 1)]
    public async Task Sites_Filter_ReturnsMatchingSites(string query, int matching) =>
        Assert.Equal(matching, (int?)(await ReadAsync($"/api/v1/sites?{query}"))["matching"]);

    [Fact]
    public async Task Acknowledgements_ReadPageByPage_ReturnsEachEntryOnce()
    {
        var numbers = new List<long>();
        string? before = null;
        do
        {
            var page = await ReadAsync($"/api/v1/sites/stores/store-1/acknowledgements?limit=2{(before is null ? "" : $"&before={before}")}");
            numbers.AddRange(page["entries"]!.AsArray().Select(e => (long)e!["number"]!));
            before = (string?)page["before"];
        }
        while (before is not null);

        Assert.Equal([5, 4, 3, 2, 1], numbers);
    }

    [Fact]
    public async Task Site_NotEnrolled_ReturnsProblemWithReason()
    {
        using var answer = await GetAsync("/api/v1/sites/stores/none", null);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("SiteUnknown", (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["reason"]);
    }

    [Fact]
    public async Task EnrolmentTokens_Created_ReturnsTheSecretOnlyOnce()
    {
        using var answer = await PostAsync("/api/v1/enrolment-tokens", "{\"fleet\":\"stores\",\"site\":\"store-2\",\"validHours\":2}");
        var token = (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["token"];

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.StartsWith("esen_", token, StringComparison.Ordinal);
        Assert.DoesNotContain(token!, await _client.GetStringAsync(new Uri("/api/v1/enrolment-tokens", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"fleet\":\"Stores\",\"site\":\"x\"}")]
    [InlineData("{\"fleet\":\"stores\",\"site\":\"x\",\"validHours\":100000}")]
    [InlineData("{\"fleet\":\"stores\"}")]
    [InlineData("{\"fleet\":\"stores\",\"site\":\"x\",\"SITE\":\"y\"}")]
    public async Task EnrolmentTokens_InvalidRequest_IsRefused(string body)
    {
        using var answer = await PostAsync("/api/v1/enrolment-tokens", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Commands_WithoutBroker_ReturnsServiceUnavailable()
    {
        using var answer = await PostAsync("/api/v1/sites/stores/store-1/commands", "{\"kind\":\"lookNow\"}");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    private void SendEntry(AcknowledgedRelease release) =>
        _hq.Ingest(_site.Message(MessageKind.Acknowledgement, _site.SignEntry(AcknowledgementEvent.Healthy, _hq.Now, release), _hq.Now));

    private async Task<JsonNode> ReadAsync(string path) => JsonNode.Parse(await _client.GetStringAsync(new Uri(path, UriKind.Relative)))!;

    private async Task<HttpResponseMessage> GetAsync(string path, EntityTagHeaderValue? known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (known is not null)
        {
            request.Headers.IfNoneMatch.Add(known);
        }

        return await _client.SendAsync(request);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        return await _client.PostAsync(new Uri(path, UriKind.Relative), content);
    }
}
