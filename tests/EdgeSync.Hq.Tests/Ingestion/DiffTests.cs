using System.Net;
using EdgeSync.Contracts.Plans;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Storage;
using EdgeSync.Hq.Tests.Support;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Hq.Tests.Ingestion;

/// <summary>HQ asks a site where its cluster is not what should run.</summary>
public sealed class DiffTests : IAsyncLifetime
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
    public async Task Ingest_SignedAnswer_IsOnThePageAndInTheApi()
    {
        var request = Ask();
        using var client = await _hq.LogInAsync("kim", Role.Operator);
        Assert.Contains("The site has not answered yet", await client.GetStringAsync(new Uri("/sites/stores/store-1", UriKind.Relative)), StringComparison.Ordinal);

        Assert.Empty(Send(_site.Diff(request, _hq.Now)).Evidence);

        var page = await client.GetStringAsync(new Uri("/sites/stores/store-1", UriKind.Relative));
        Assert.Contains("ConfigMap shop/prices", page, StringComparison.Ordinal);
        Assert.Contains("data.milk", page, StringComparison.Ordinal);
        Assert.Contains("kubectl-edit", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>9.99</b>", page, StringComparison.Ordinal);
        using var program = _hq.CreateClient(_hq.AddToken(Role.Viewer));
        Assert.Contains("\"data.milk\"", await program.GetStringAsync(new Uri("/api/v1/sites/stores/store-1/diff", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Api_NobodyAsked_SaysSo()
    {
        using var program = _hq.CreateClient(_hq.AddToken(Role.Viewer));

        using var answer = await program.GetAsync(new Uri("/api/v1/sites/stores/store-1/diff", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("DiffNotAsked", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ingest_AnswerToAnEarlierQuestion_IsNotShown()
    {
        var first = Ask();
        var second = Ask();

        Send(_site.Diff(first, _hq.Now), _site.Diff("made-up", _hq.Now));
        Assert.Null(Found()?.Answer);

        Send(_site.Diff(second, _hq.Now));
        Assert.Equal(second, Found()?.Answer?.Request);
    }

    [Fact]
    public void Ingest_AnswerThatNobodyAskedFor_IsNotShown()
    {
        Send(_site.Diff("made-up", _hq.Now));

        Assert.Null(Found());
    }

    [Fact]
    public void Ingest_AnswerSignedByAnotherKey_IsEvidence()
    {
        using var other = SigningKey.Create("other");

        AssertRefused(EvidenceKind.WrongKey, _site.Diff(Ask(), _hq.Now, key: other));
    }

    [Fact]
    public void Ingest_AnswerOfAnotherSite_IsEvidence() => AssertRefused(EvidenceKind.WrongSite, _site.Diff(Ask(), _hq.Now, site: "store-2"));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"schema":"edgesync.dev/plan/v1","fleet":"stores","site":"store-1","at":"2026-11-30T01:00:00Z","request":"REQUEST","hasChanges":false,"channels":[]}""")]
    [InlineData("""{"schema":"edgesync.dev/diff/v1","fleet":"stores","site":"store-1","at":"2026-11-30T01:00:00Z","hasChanges":false,"channels":[]}""")]
    [InlineData("""{"schema":"edgesync.dev/diff/v1","fleet":"stores","site":"store-1","at":"2026-11-30T01:00:00Z","request":"REQUEST","hasChanges":false,"channels":[null]}""")]
    [InlineData("""{"schema":"edgesync.dev/diff/v1","fleet":"stores","site":"store-1","at":"2026-11-30T01:00:00Z","request":"REQUEST","hasChanges":false,"channels":[{"channel":"a","objects":[null],"notes":[],"objections":[],"counts":{}}]}""")]
    [InlineData("""{"schema":"edgesync.dev/diff/v1","fleet":"stores","site":"store-1","at":"2026-11-30T01:00:00Z","request":"REQUEST","hasChanges":false,"channels":[{"channel":"a"}]}""")]
    [InlineData("""{"schema":"edgesync.dev/diff/v1","fleet":"stores","site":"store-1","at":"2026-11-30T01:00:00Z","request":"REQUEST","hasChanges":false,"channels":[{"channel":"a","objects":[],"notes":[null],"objections":[],"counts":{}}]}""")]
    public void Ingest_SignedPayloadThatIsNoDiff_IsEvidence(string payload)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(payload.Replace("REQUEST", Ask(), StringComparison.Ordinal));

        AssertRefused(EvidenceKind.Malformed, DsseSigner.Sign(PlanDocument.DiffMediaType, bytes, [_site.LedgerKey]).ToBytes());
    }

    [Fact]
    public void Ingest_AcknowledgementOnTheTopicOfDiffs_IsEvidence() =>
        AssertRefused(EvidenceKind.Malformed, _site.SignEntry(Contracts.Acknowledgements.AcknowledgementEvent.Received, _hq.Now));

    private string Ask() => _hq.Get<DiffStore>().Ask(_hq.State(_site).Id, "kim", _hq.Now);

    private SiteDiff? Found() => _hq.Get<DiffStore>().Find(_hq.State(_site).Id);

    private IngestPlan Send(params byte[][] answers) => _hq.Ingest([.. answers.Select(answer => _site.Message(MessageKind.Diff, answer, _hq.Now))]);

    private void AssertRefused(EvidenceKind kind, byte[] answer)
    {
        Assert.Equal(kind, Assert.Single(Send(answer).Evidence).Kind);
        Assert.Null(Found()?.Answer);
    }
}
