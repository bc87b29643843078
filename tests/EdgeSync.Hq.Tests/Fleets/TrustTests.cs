using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Storage;
using EdgeSync.Hq.Tests.Support;

namespace EdgeSync.Hq.Tests.Fleets;

/// <summary>How HQ shows the trust roots of its sites.</summary>
public sealed partial class TrustTests : IAsyncLifetime
{
    private TestHq _hq = null!;
    private TestSite _site = null!;

    public async Task InitializeAsync()
    {
        _hq = await TestHq.StartAsync();
        _site = _hq.Enrol("stores", "store-1");
    }

    public async Task DisposeAsync()
    {
        _site.Dispose();
        await _hq.DisposeAsync();
    }

    [Fact]
    public void Ingest_TrustChange_IsStoredAndConfirmedAndKeepsProofs()
    {
        Send(_site.SignEntry(AcknowledgementEvent.Healthy, _hq.Now, TestSite.Release("1.0.0")));

        var plan = Send(_site.SignTrustEntry(_hq.Now, new AcknowledgedTrust { Version = 3, VersionBefore = 2, Payload = TestSite.DigestOf("root 3") }, "root 3 counts"));

        Assert.Empty(plan.Evidence);
        Assert.Equal([_site.Key], plan.ToConfirm);
        Assert.Equal((3L, 2L), _hq.Get<LedgerStore>().List(_hq.State(_site).Id, null, 1).Single().Entry.Trust is { } trust ? (trust.Version, trust.VersionBefore) : default);
        Assert.Equal(TestSite.DigestOf("shop 1.0.0"), _hq.State(_site).Proofs["stable"].Healthy);
    }

    [Theory]
    [InlineData(3, 2, null, null, "Trust root changed", "root 2 → 3")]
    [InlineData(3, 3, 1L, null, "Revocations changed", "no list → list 1")]
    [InlineData(3, 3, 7L, 1L, "Revocations changed", "list 1 → list 7")]
    [InlineData(3, 3, null, 7L, "Revocations changed", "list 7 → no list")]
    public async Task Timeline_TrustChange_ShowsBeforeAndAfter(long version, long before, long? list, long? listBefore, string what, string change)
    {
        Send(_site.SignTrustEntry(
            _hq.Now, new AcknowledgedTrust { Version = version, VersionBefore = before, Revocations = list, RevocationsBefore = listBefore }, "signed by anna, ben"));
        using var browser = await _hq.LogInAsync("ann", Role.Viewer);

        var page = await PageAsync(browser, "/sites/stores/store-1");

        Assert.Contains($"<b>{what}</b>", page, StringComparison.Ordinal);
        Assert.Contains($">{change}</span>", page, StringComparison.Ordinal);
        Assert.Contains("<p>signed by anna, ben</p>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Api_TrustChange_IsInTheAcknowledgement()
    {
        Send(_site.SignTrustEntry(_hq.Now, new AcknowledgedTrust { Version = 3, VersionBefore = 2 }, "root 3 counts"));
        using var client = _hq.CreateClient(_hq.AddToken(Role.Viewer));

        var json = JsonNode.Parse(await client.GetStringAsync(new Uri("/api/v1/sites/stores/store-1/acknowledgements", UriKind.Relative)))!;

        var entry = json["entries"]![0]!["acknowledgement"]!;
        Assert.Equal(("received", 3, 2), ((string)entry["event"]!, (int)entry["trust"]!["version"]!, (int)entry["trust"]!["versionBefore"]!));
    }

    [Fact]
    public async Task Fleet_SitesWithOlderTrust_AreMarkedAndCanBeListed()
    {
        AddSite("stores", "store-2", 3, 1);
        AddSite("stores", "store-3", 2, 1);
        AddSite("stores", "store-4", 3, null);
        AddSite("stores", "store-5", 0, null);
        AddSite("ships", "vessel-1", 1, null);
        using var browser = await _hq.LogInAsync("ann", Role.Viewer);

        var all = await PageAsync(browser, "/");
        var behind = await PageAsync(browser, "/?trust=behind");

        Assert.Contains("Newest trust: ships root 1; stores root 3, list 1", all, StringComparison.Ordinal);
        Assert.Contains("2 sites behind</a>", all, StringComparison.Ordinal);
        Assert.Contains(">root 2, list 1: behind</span>", all, StringComparison.Ordinal);
        Assert.Contains("title=\"The newest of this fleet is root 3, list 1\"", all, StringComparison.Ordinal);
        Assert.Equal(["store-3", "store-4"], Sites(behind));
        Assert.Equal(6, Sites(all).Count);
    }

    [Fact]
    public async Task Fleet_NoSiteHasARoot_ShowsNoTrust()
    {
        AddSite("stores", "store-5", 0, null);
        using var browser = await _hq.LogInAsync("ann", Role.Viewer);

        Assert.DoesNotContain("Newest trust", await PageAsync(browser, "/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("store-2", "root 3, list 1", "root until 2027-06-01; the newest of its fleet", "false")]
    [InlineData("store-3", "root 2", "root until 2027-06-01; behind: the fleet's newest is root 3, list 1", "true")]
    [InlineData("store-5", "—", "keys in its configuration", "null")]
    public async Task Site_Trust_IsComparedWithTheFleet(string name, string trust, string words, string behind)
    {
        AddSite("stores", "store-2", 3, 1);
        AddSite("stores", "store-3", 2, null);
        AddSite("stores", "store-5", 0, null);
        using var browser = await _hq.LogInAsync("ann", Role.Viewer);

        var page = await PageAsync(browser, $"/sites/stores/{name}");
        var document = JsonNode.Parse(await browser.GetStringAsync(new Uri($"/api/v1/sites/stores/{name}", UriKind.Relative)))!;

        Assert.Contains($">{trust}</span> <small>{words}</small>", page, StringComparison.Ordinal);
        Assert.Equal(behind, document["trustBehind"]?.ToJsonString() ?? "null");
    }

    [Fact]
    public async Task Site_TrustProblem_ShowsReasonAndHint()
    {
        var trust = new TrustStatus { Version = 1, ExpiresAt = _hq.Now.AddDays(-1), Reason = "RootExpired", Message = "root 1 expired", Hint = "Publish the next." };
        _hq.Ingest(_site.Message(MessageKind.Status, _site.Status(_hq.Now, ChannelState.Healthy, TestSite.Release("1.0.0"), trust: trust), _hq.Now));
        using var browser = await _hq.LogInAsync("ann", Role.Viewer);

        var page = await PageAsync(browser, "/sites/stores/store-1");

        Assert.Contains("<code>RootExpired</code> root 1 expired</p>", page, StringComparison.Ordinal);
        Assert.Contains("<b>What to do:</b> Publish the next.</p>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Site_DetailsOfAFailure_AreShownAsText()
    {
        _hq.Ingest(_site.Message(
            MessageKind.Status,
            _site.Status(
                _hq.Now, ChannelState.RolledBack, TestSite.Release("1.0.0"), reason: "HealthFailed", message: "it crashes", details: ["log of pod shop/web-1, container web:", "  <script>alert(1)</script>"]),
            _hq.Now));
        using var browser = await _hq.LogInAsync("ann", Role.Viewer);

        var page = await browser.GetStringAsync(new Uri("/sites/stores/store-1", UriKind.Relative));

        Assert.Contains("log of pod shop/web-1, container web:", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;</pre>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
    }

    private void AddSite(string fleet, string name, long version, long? list)
    {
        using var site = _hq.Enrol(fleet, name);
        var expires = new DateTimeOffset(2027, 6, 1, 0, 0, 0, TimeSpan.Zero);
        var trust = version == 0 ? null : new TrustStatus { Version = version, ExpiresAt = expires, Revocations = list };
        _hq.Ingest(site.Message(MessageKind.Status, site.Status(_hq.Now, ChannelState.Healthy, TestSite.Release("1.0.0"), trust: trust), _hq.Now));
    }

    private static async Task<string> PageAsync(HttpClient browser, string path) =>
        System.Net.WebUtility.HtmlDecode(await browser.GetStringAsync(new Uri(path, UriKind.Relative)));

    private static List<string> Sites(string page) => [.. SiteLink().Matches(page).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)];

    [GeneratedRegex("<a href=\"/sites/[a-z]+/([a-z0-9-]+)\"><b>")]
    private static partial Regex SiteLink();

    private IngestPlan Send(params byte[][] entries) => _hq.Ingest([.. entries.Select(e => _site.Message(MessageKind.Acknowledgement, e, _hq.Now))]);
}
