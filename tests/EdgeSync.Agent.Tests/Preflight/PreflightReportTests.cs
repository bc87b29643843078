using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Preflight;
using EdgeSync.Contracts.Checks;

namespace EdgeSync.Agent.Tests.Preflight;

/// <summary>What becomes of a report: exit code, page, and lines for scripts.</summary>
public sealed class PreflightReportTests
{
    [Theory]
    [InlineData(PreflightVerdict.Go, CheckOutcome.Passed, false, 0)]
    [InlineData(PreflightVerdict.Go, CheckOutcome.Warned, false, 0)]
    [InlineData(PreflightVerdict.Go, CheckOutcome.Warned, true, 2)]
    [InlineData(PreflightVerdict.NoGo, CheckOutcome.Failed, true, 1)]
    [InlineData(PreflightVerdict.NoGo, CheckOutcome.Passed, false, 1)]
    public void ExitCode_ByVerdictAndWarnings(PreflightVerdict verdict, CheckOutcome worst, bool strict, int expected) =>
        Assert.Equal(expected, PreflightCommand.ExitCodeOf(Report(verdict, worst), strict));

    [Theory]
    [InlineData(CheckOutcome.Passed, true, 0)]
    [InlineData(CheckOutcome.Warned, false, 0)]
    [InlineData(CheckOutcome.Warned, true, 2)]
    [InlineData(CheckOutcome.Failed, false, 1)]
    public void ExitCode_OfDoctor(CheckOutcome worst, bool strict, int expected) => Assert.Equal(expected, DoctorCommand.ExitCodeOf(worst, strict));

    [Fact]
    public void Page_HasEveryReasonAndCheckAndNothingFromOutside()
    {
        var page = PreflightPage.Write(Report(PreflightVerdict.NoGo, CheckOutcome.Failed) with { Reasons = ["clock: <b>wrong</b> & late"], By = "<script>alert(1)</script>" });

        Assert.Contains(">NO-GO<", page, StringComparison.Ordinal);
        Assert.Contains("clock: &lt;b&gt;wrong&lt;/b&gt; &amp; late", page, StringComparison.Ordinal);
        Assert.Contains("Do: Set the clock.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
        Assert.DoesNotContain(" src=", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_AreOneDocumentAnEvent()
    {
        using var output = new StringWriter();
        var lines = new PreflightLines(output, TimeProvider.System);

        lines.Report(new Reconciliation.PipelineProgress("stable", Contracts.Acknowledgements.PipelineStage.Fetch, "content", 1, 2));
        lines.Report(Check(CheckOutcome.Passed));
        lines.End(Report(PreflightVerdict.Go, CheckOutcome.Passed), unsigned: null);

        var events = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!).ToList();
        Assert.Equal(["progress", "check", "report"], events.Select(item => (string)item["event"]!));
        Assert.Equal("fetch", (string)events[0]["progress"]!["stage"]!);
        Assert.Equal("passed", (string)events[1]["check"]!["outcome"]!);
        Assert.Equal("go", (string)events[2]["report"]!["verdict"]!);
    }

    internal static PreflightReport Report(PreflightVerdict verdict, CheckOutcome worst) => new()
    {
        Fleet = "retail",
        Site = "store-0042",
        At = CheckFixture.Now,
        EndedAt = CheckFixture.Now.AddMinutes(3),
        By = "ann",
        Verdict = verdict,
        Reasons = [],
        Running = [CheckFixture.Release],
        Checks = [Check(CheckOutcome.Passed), Check(worst)],
    };

    private static CheckResult Check(CheckOutcome outcome) => new("clock", outcome, "the clock says so", "Certificates are judged by it.", outcome == CheckOutcome.Passed ? null : "Set the clock.");
}
