using System.Net;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Tests.Support;

namespace EdgeSync.Hq.Tests.Access;

// OpenTelemetry collects by the name of the meter, from every HQ in the process. So no other HQ may run in the meantime.
[CollectionDefinition("Metrics", DisableParallelization = true)]
[Collection("Metrics")]
public sealed class MetricsTests : IAsyncLifetime
{
    private TestHq _hq = null!;

    public async Task InitializeAsync() => _hq = await TestHq.StartAsync();

    public async Task DisposeAsync() => await _hq.DisposeAsync();

    [Fact]
    public async Task Metrics_WithoutLogin_AsksForABearerToken()
    {
        using var client = _hq.CreateClient();

        using var answer = await client.GetAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task Metrics_WithViewerToken_ReportsIngestionSitesAndBroker()
    {
        using var site = _hq.Enrol("stores", "store-1");
        using var silent = _hq.Enrol("stores", "store-2");
        _hq.Ingest(
            site.Message(MessageKind.Acknowledgement, site.SignEntry(AcknowledgementEvent.Healthy, _hq.Now, TestSite.Release("1.0.0")), _hq.Now),
            site.Message(MessageKind.Acknowledgement, "{}"u8.ToArray(), _hq.Now));
        using var client = _hq.CreateClient(_hq.AddToken(Role.Viewer));

        var text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Equal("1", Value(text, "edgesync_hq_ingest_entries_total"));
        Assert.Equal("1", Value(text, "edgesync_hq_ingest_refused_total", "reason=\"Malformed\""));
        Assert.Equal("1", Value(text, "edgesync_hq_ingest_duration_seconds_count"));
        Assert.Equal("1", Value(text, "edgesync_hq_sites", "condition=\"unheard\""));
        Assert.Equal("1", Value(text, "edgesync_hq_sites", "condition=\"suspect\""));
        Assert.Equal("0", Value(text, "edgesync_hq_sites", "condition=\"healthy\""));
        Assert.Equal("0", Value(text, "edgesync_hq_broker_connected"));
    }

    private static string Value(string text, string metric, string label = "")
    {
        var lines = text.Split('\n').Where(l => (l.StartsWith(metric + " ", StringComparison.Ordinal) || l.StartsWith(metric + "{", StringComparison.Ordinal))
            && l.Contains(label, StringComparison.Ordinal)).ToList();
        Assert.True(lines.Count == 1, $"{metric} with {label} is {lines.Count} times in:\n{text}");
        return lines[0].Split(' ')[1];
    }
}
