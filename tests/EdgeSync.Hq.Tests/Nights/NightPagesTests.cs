using System.Net;
using System.Text.Json.Nodes;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Nights;
using EdgeSync.Hq.Storage;
using EdgeSync.Hq.Tests.Support;

namespace EdgeSync.Hq.Tests.Nights;

/// <summary>The view of a night over HTTP, without a broker.</summary>
public sealed class NightPagesTests : IAsyncLifetime
{
    private readonly List<TestSite> _sites = [];
    private TestHq _hq = null!;
    private HttpClient _viewer = null!;
    private HttpClient _program = null!;

    public async Task InitializeAsync()
    {
        _hq = await TestHq.StartAsync();
        _viewer = await _hq.LogInAsync("vera", Role.Viewer);
        _program = _hq.CreateClient(_hq.AddToken(Role.Viewer));
    }

    public async Task DisposeAsync()
    {
        _viewer.Dispose();
        _program.Dispose();
        _sites.ForEach(site => site.Dispose());
        await _hq.DisposeAsync();
    }

    [Fact]
    public async Task Night_EveryStoreIsALineTheWorstFirst()
    {
        Add("store-1", NightOutcome.Done);
        Add("store-2", NightOutcome.Nothing);
        Add("store-3", NightOutcome.RolledBack, "<b>why</b>");
        Add("store-4", NightOutcome.Waiting);
        Add("store-5", null);
        Add("store-6", NightOutcome.Failed);

        var night = await ReadAsync("/api/v1/night");

        Assert.Equal(["store-6", "store-3", "store-4", "store-1", "store-2", "store-5"], night["sites"]!.AsArray().Select(site => (string?)site!["site"]));
        Assert.Equal("""{"failed":1,"rolledBack":1,"waiting":1,"done":1,"nothing":1,"never":1}""", night["counts"]!.ToJsonString());
        Assert.Equal(5000, (long)night["bytesReceived"]!);
        var page = await _viewer.GetStringAsync(new Uri("/night", UriKind.Relative));
        Assert.Contains("&lt;b&gt;why&lt;/b&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>why</b>", page, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"1 failed, 1 rolled back, 1 waiting, 1 done, 1 nothing new, 1 no nights\"", page, StringComparison.Ordinal);
        var chosen = await _viewer.GetStringAsync(new Uri("/night?state=failed", UriKind.Relative));
        Assert.Contains("/sites/retail/store-6", chosen, StringComparison.Ordinal);
        Assert.DoesNotContain("/sites/retail/store-3", chosen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Night_WhoseReportIsDue_IsNoReportUntilItComesAlsoAfterARestart()
    {
        var site = Add("store-1", NightOutcome.Done, at: _hq.Now.AddDays(-2));

        Assert.Equal("noReport", (string?)(await ReadAsync("/api/v1/night"))["sites"]![0]!["state"]);
        Assert.Equal(0, (long)(await ReadAsync("/api/v1/night"))["bytesReceived"]!);

        Send(site, NightOutcome.Waiting, null, _hq.Now.AddMinutes(-5));

        Assert.Equal("waiting", (string?)(await ReadAsync("/api/v1/night"))["sites"]![0]!["state"]);
        var stored = _hq.Get<FleetStore>().LoadAll().Single();
        Assert.Equal((NightState.Waiting, _hq.State(site).LastNight!.Report.Until), (NightRow.Of(stored, _hq.Now).State, stored.LastNight!.Report.Until));
    }

    [Fact]
    public async Task Night_OfASite_IsInItsHistory()
    {
        Add("store-1", NightOutcome.RolledBack);

        var page = await _viewer.GetStringAsync(new Uri("/sites/retail/store-1", UriKind.Relative));

        Assert.Contains("Night: rolled back", page, StringComparison.Ordinal);
        Assert.Contains("NightIncomplete", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Night_SelectorThatCannotBeRead_IsRefused()
    {
        Add("store-1", NightOutcome.Done);

        var page = await _viewer.GetStringAsync(new Uri("/night?selector=ring%20in%20west", UriKind.Relative));

        Assert.Contains("is no label selector", page, StringComparison.Ordinal);
        Assert.DoesNotContain("store-1", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await _program.GetAsync(new Uri("/api/v1/night?selector=ring%20in%20west", UriKind.Relative))).StatusCode);
    }

    [Theory]
    [InlineData(-1, "text", NightOutcome.Done)]
    [InlineData(1, null, NightOutcome.Done)]
    [InlineData(1, "text", (NightOutcome)99)]
    public void Night_ThatIsNotWithinItsLimits_IsEvidence(long bytes, string? message, NightOutcome outcome)
    {
        var site = Enrol("store-1");
        var channel = new NightChannel("stable", outcome) { BytesReceived = bytes, Message = message ?? new string('m', NightReport.MaxTextLength + 1) };

        var evidence = _hq.Ingest(site.Message(MessageKind.Acknowledgement, site.SignNight(TestSite.Night(_hq.Now, channel)), _hq.Now)).Evidence;

        Assert.Equal(EvidenceKind.Malformed, Assert.Single(evidence).Kind);
        Assert.Null(_hq.State(site).LastNight);
    }

    [Fact]
    public void Night_WithANullInItsList_IsEvidenceAndStopsNothing()
    {
        var site = Enrol("store-1");

        var evidence = _hq.Ingest(site.Message(MessageKind.Acknowledgement, site.SignNight(TestSite.Night(_hq.Now) with { Channels = [null!] }), _hq.Now)).Evidence;

        Assert.Equal(EvidenceKind.Malformed, Assert.Single(evidence).Kind);
    }

    private TestSite Add(string name, NightOutcome? outcome, string? message = null, DateTimeOffset? at = null)
    {
        var site = Enrol(name);
        if (outcome is { } known)
        {
            Send(site, known, message, at ?? _hq.Now.AddHours(-1));
        }

        return site;
    }

    private TestSite Enrol(string name)
    {
        var site = _hq.Enrol("retail", name);
        _sites.Add(site);
        _hq.Ingest(site.Message(MessageKind.Status, site.Status(_hq.Now, ChannelState.Empty, null), _hq.Now));
        return site;
    }

    private void Send(TestSite site, NightOutcome outcome, string? message, DateTimeOffset at)
    {
        var channel = new NightChannel("stable", outcome) { Planned = TestSite.Release("2.0.0", 2), Message = message, BytesReceived = 1000 };
        Assert.Empty(_hq.Ingest(site.Message(MessageKind.Acknowledgement, site.SignNight(TestSite.Night(at, channel)), _hq.Now)).Evidence);
    }

    private async Task<JsonNode> ReadAsync(string path) => JsonNode.Parse(await _program.GetStringAsync(new Uri(path, UriKind.Relative)))!;
}
