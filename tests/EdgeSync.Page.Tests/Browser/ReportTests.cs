using EdgeSync.Agent.Preflight;
using EdgeSync.Contracts.Checks;

namespace EdgeSync.Page.Tests.Browser;

/// <summary>The report of a preflight, as a crew prints it.</summary>
public sealed class ReportTests(BrowserFixture fixture) : IClassFixture<BrowserFixture>
{
    [PeerTheory]
    [InlineData(0, 0)]
    [InlineData(6, 7)]
    public async Task Report_prints_on_one_sheet(int failed, int warned)
    {
        var checks = Enumerable.Range(0, 20).Select(number => Check(number, number < failed ? CheckOutcome.Failed : number < failed + warned ? CheckOutcome.Warned : CheckOutcome.Passed)).ToList();
        var reasons = checks.Where(check => check.Outcome == CheckOutcome.Failed).Select(check => $"{check.Check}: {check.Found}").ToList();
        var at = new DateTimeOffset(2026, 12, 1, 5, 40, 0, TimeSpan.Zero);

        var html = PreflightPage.Write(new PreflightReport
        {
            Fleet = "retail",
            Site = "store-0042",
            At = at,
            EndedAt = at.AddSeconds(48),
            By = "ann",
            Verdict = failed > 0 ? PreflightVerdict.NoGo : PreflightVerdict.Go,
            Reasons = reasons,
            Deadline = at.AddMinutes(50),
            MissionEnds = at.AddHours(12),
            Checks = checks,
        });

        Assert.Equal(1, await fixture.CountSheetsAsync(html));
    }

    private static CheckResult Check(int number, CheckOutcome outcome) => new(
        $"check-{number}",
        outcome,
        "what was found takes a line and a half of the table: the client certificate of the kubeconfig '/etc/rancher/k3s/k3s.yaml' runs out on 2026-12-01 11:00:00Z",
        "What runs out on the way cannot be renewed there, and takes the node away.",
        "Restart k3s: it renews certificates that end within 90 days when it starts.")
    {
        Details = ["the kubelet's certificate: 2027-11-30 17:56:16Z"],
    };
}
