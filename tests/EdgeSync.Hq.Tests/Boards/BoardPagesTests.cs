using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Tests.Support;

namespace EdgeSync.Hq.Tests.Boards;

/// <summary>The board and the preflights of a site over HTTP, without a broker.</summary>
public sealed class BoardPagesTests : IAsyncLifetime
{
    private const int ManySites = 2000;
    private TestHq _hq = null!;
    private HttpClient _operator = null!;
    private HttpClient _program = null!;
    private readonly List<TestSite> _sites = [];

    public async Task InitializeAsync()
    {
        _hq = await TestHq.StartAsync();
        _operator = await _hq.LogInAsync("olga", Role.Operator);
        _program = _hq.CreateClient(_hq.AddToken(Role.Operator));
    }

    public async Task DisposeAsync()
    {
        _operator.Dispose();
        _program.Dispose();
        _sites.ForEach(site => site.Dispose());
        await _hq.DisposeAsync();
    }

    [Fact]
    public async Task Site_WithPreflights_ShowsTheNewestWholeAndTheOthersInAList()
    {
        var site = Add("tail-1", "7");
        Send(site, site.SignPreflight(site.Report(_hq.Now.AddHours(-3)) with { By = "bea" }));
        Send(site, site.SignPreflight(site.Report(_hq.Now.AddMinutes(-2), "pods: <script>") with
        {
            Deadline = _hq.Now.AddMinutes(30),
            Checks = [new CheckResult("pods", CheckOutcome.Failed, "shop/web crashes", "The mission needs it.", "Look at its log.")],
        }));

        var page = await _operator.GetStringAsync(new Uri("/sites/wing/tail-1", UriKind.Relative));

        foreach (var words in new[] { "<b>NO-GO</b>", "pods: &lt;script&gt;", "shop/web crashes", "The mission needs it.", "Look at its log.", "Earlier preflights", "asked by bea", "Preflight: NO-GO", "Preflight: GO" })
        {
            Assert.Contains(words, page, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("pods: <script>", page, StringComparison.Ordinal);
        var entries = (await ReadAsync("/api/v1/sites/wing/tail-1/preflights"))["entries"]!.AsArray();
        Assert.Equal(["noGo", "go"], entries.Select(entry => (string?)entry!["acknowledgement"]!["preflight"]!["verdict"]));
    }

    [Fact]
    public async Task Board_Selector_ChoosesByLabelsAndCountsTheSelection()
    {
        var good = Add("tail-1", "7");
        var bad = Add("tail-2", "7");
        Add("tail-3", "7");
        var other = Add("tail-4", "8");
        Send(good, good.SignPreflight(good.Report(_hq.Now)));
        Send(bad, bad.SignPreflight(bad.Report(_hq.Now, "clock: it is wrong")));
        Send(other, other.SignPreflight(other.Report(_hq.Now)));

        var board = await ReadAsync("/api/v1/board?selector=squadron%3D7");

        Assert.Equal("""{"noGo":1,"notAsked":1,"go":1}""", board["counts"]!.ToJsonString());
        Assert.Equal(["tail-2", "tail-3", "tail-1"], board["sites"]!.AsArray().Select(site => (string?)site!["site"]));
        var page = await _operator.GetStringAsync(new Uri("/board?selector=squadron%3D7", UriKind.Relative));
        Assert.Contains("aria-label=\"1 GO, 1 NO-GO, 1 not asked\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("tail-4", page, StringComparison.Ordinal);
        var filtered = await _operator.GetStringAsync(new Uri("/board?selector=squadron%3D7&state=noGo", UriKind.Relative));
        Assert.DoesNotContain("/sites/wing/tail-1", filtered, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"1 GO, 1 NO-GO, 1 not asked\"", filtered, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Board_SelectorThatCannotBeRead_ChoosesNoSiteAndCannotBeAsked()
    {
        Add("tail-1", "7");

        var page = await _operator.GetStringAsync(new Uri("/board?selector=squadron%20in%207", UriKind.Relative));

        Assert.Contains("is no label selector", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/sites/wing/tail-1", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/board/ask", page, StringComparison.Ordinal);
        using var posted = await _program.PostAsJsonAsync(new Uri("/api/v1/board/preflight?selector=squadron%20in%207", UriKind.Relative), new { missionHours = 12 });
        Assert.Equal(HttpStatusCode.BadRequest, posted.StatusCode);
    }

    [Fact]
    public async Task Ask_TheSelectionHasChangedSinceItWasConfirmed_AsksAgainAndSendsNothing()
    {
        Add("tail-1", "7");
        Add("tail-2", "7");

        using var answer = await TestHq.PostFormAsync(_operator, "/board/ask?selector=squadron%3D7", "/board/ask", ("selector", "squadron=7"), ("sites", "1"));

        Assert.Contains("The selection has changed", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.All(_sites, site => Assert.Null(_hq.State(site).PreflightAsk));
    }

    [Fact]
    public async Task Ask_WithoutABroker_FailsAndSaysNothingOfAnAskedSite()
    {
        var site = Add("tail-1", "7");

        using var answer = await _program.PostAsJsonAsync(new Uri("/api/v1/board/preflight?selector=squadron%3D7", UriKind.Relative), new { missionHours = 12 });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Null(_hq.State(site).PreflightAsk);
    }

    [Fact]
    public async Task Viewer_SeesTheBoardAndMayNotAsk()
    {
        Add("tail-1", "7");
        using var viewer = await _hq.LogInAsync("vera", Role.Viewer);

        var page = await viewer.GetStringAsync(new Uri("/board", UriKind.Relative));
        using var confirm = await viewer.GetAsync(new Uri("/board/ask", UriKind.Relative));

        Assert.Contains("tail-1", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Ask 1 site", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, confirm.StatusCode);
    }

    [Fact]
    public async Task Ledger_NullInAListOfAPreflight_IsEvidenceAndStopsNothing()
    {
        var site = Add("tail-1", "7");
        var entry = site.SignPreflight(site.Report(_hq.Now) with { Checks = [null!] });

        var plan = _hq.Ingest(site.Message(MessageKind.Acknowledgement, entry, _hq.Now));

        Assert.Equal(EvidenceKind.Malformed, Assert.Single(plan.Evidence).Kind);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Board_With2000Sites_ShowsOnePageAndCountsAll()
    {
        var now = _hq.Now;
        for (var i = 0; i < ManySites; i++)
        {
            var site = Add($"tail-{i:D4}", $"{i % 10}");
            if (i % 2 == 0)
            {
                Send(site, site.SignPreflight(i % 8 == 0 ? site.Report(now, "clock: it is wrong") : site.Report(now)));
            }
        }

        var board = await ReadAsync("/api/v1/board?pageSize=50&page=3");

        Assert.Equal($$"""{"noGo":{{ManySites / 8}},"notAsked":{{ManySites / 2}},"go":{{ManySites * 3 / 8}}}""", board["counts"]!.ToJsonString());
        Assert.Equal((ManySites, 3, ManySites / 50, 50), ((int)board["total"]!, (int)board["page"]!, (int)board["pages"]!, board["sites"]!.AsArray().Count));
    }

    private TestSite Add(string name, string squadron)
    {
        var site = _hq.Enrol("wing", name);
        _sites.Add(site);
        _hq.Ingest(site.Message(MessageKind.Status, site.Status(_hq.Now, ChannelState.Empty, null, labels => labels["squadron"] = squadron), _hq.Now));
        return site;
    }

    private void Send(TestSite site, byte[] entry) => Assert.Empty(_hq.Ingest(site.Message(MessageKind.Acknowledgement, entry, _hq.Now)).Evidence);

    private async Task<JsonNode> ReadAsync(string path) => JsonNode.Parse(await _program.GetStringAsync(new Uri(path, UriKind.Relative)))!;
}
