using System.Text.Json.Nodes;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Storage;
using EdgeSync.Hq.Tests.Support;

namespace EdgeSync.Hq.Tests.Fleets;

/// <summary>What HQ shows of the trust roots of its sites.</summary>
public sealed class TrustTests : IAsyncLifetime
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
    public void Ingest_ChangeOfTrust_IsStoredConfirmedAndTakesNoProofAway()
    {
        Send(_site.Say(AcknowledgementEvent.Healthy, _hq.Now, TestSite.Release("1.0.0")));

        var plan = Send(_site.SayTrust(_hq.Now, new AcknowledgedTrust { Version = 3, VersionBefore = 2, Payload = TestSite.DigestOf("root 3") }, "root 3 counts"));

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
    public async Task Timeline_ChangeOfTrust_SaysInWordsWhatCountedBeforeAndNow(long version, long before, long? list, long? listBefore, string what, string change)
    {
        Send(_site.SayTrust(
            _hq.Now, new AcknowledgedTrust { Version = version, VersionBefore = before, Revocations = list, RevocationsBefore = listBefore }, "signed by anna, ben"));
        using var browser = await _hq.LogInAsync("ann", Role.Viewer);

        var page = System.Net.WebUtility.HtmlDecode(await browser.GetStringAsync(new Uri("/sites/stores/store-1", UriKind.Relative)));

        Assert.Contains($"<b>{what}</b>", page, StringComparison.Ordinal);
        Assert.Contains($">{change}</span>", page, StringComparison.Ordinal);
        Assert.Contains("<p>signed by anna, ben</p>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Api_ChangeOfTrust_IsInTheAcknowledgement()
    {
        Send(_site.SayTrust(_hq.Now, new AcknowledgedTrust { Version = 3, VersionBefore = 2 }, "root 3 counts"));
        using var client = _hq.CreateClient(_hq.AddToken(Role.Viewer));

        var json = JsonNode.Parse(await client.GetStringAsync(new Uri("/api/v1/sites/stores/store-1/acknowledgements", UriKind.Relative)))!;

        var entry = json["entries"]![0]!["acknowledgement"]!;
        Assert.Equal(("received", 3, 2), ((string)entry["event"]!, (int)entry["trust"]!["version"]!, (int)entry["trust"]!["versionBefore"]!));
    }

    private IngestPlan Send(params byte[][] entries) => _hq.Ingest([.. entries.Select(e => _site.Message(MessageKind.Acknowledgement, e, _hq.Now))]);
}
