using EdgeSync.Agent.Failures;
using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Ledger;
using EdgeSync.Sqlite;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.Preflight;

public sealed class PreflightServiceTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly SigningKey _key = SigningKey.Create("ledger");
    private readonly ManualTimeProvider _time = new(CheckFixture.Now);
    private readonly SqliteDatabase _database;
    private readonly Ledger _ledger;

    public PreflightServiceTests()
    {
        _database = SqliteDatabase.Open(_folder["site.db"], SiteSchema.Steps);
        _ledger = new Ledger(_database, new SiteProfile("retail", "store-0042", new Dictionary<string, string>(), "0.1.0"), _key, new SiteClock(_time, CheckFixture.Now));
    }

    [Fact]
    public void Begin_Deadline_SurvivesARestart()
    {
        var order = new PreflightOrder("ann", CheckFixture.Now.AddMinutes(20), CheckFixture.Now.AddHours(12));

        Service(out _).Begin(order);

        Assert.Equal(new ActivationLimit(order.Deadline, order.KeepOffUntil, "ann"), new ActivationLimits(_database).Current);
    }

    [Theory]
    [InlineData("ann", 0, 60)]
    [InlineData("ann", 20, 10)]
    [InlineData("", 20, 60)]
    [InlineData("a\nb", 20, 60)]
    public void Begin_DeadlineThatIsOverOrNoName_IsRefused(string by, int deadline, int until)
    {
        var service = Service(out var limits);

        var refused = Assert.Throws<AgentException>(() => service.Begin(new PreflightOrder(by, CheckFixture.Now.AddMinutes(deadline), CheckFixture.Now.AddMinutes(until))));

        Assert.Equal("PreflightInvalid", refused.Reason);
        Assert.Null(limits.Current);
    }

    [Fact]
    public void Acknowledge_Report_IsASignedEntryWithEveryCheckThatHqAccepts()
    {
        var report = PreflightReportTests.Report(PreflightVerdict.NoGo, CheckOutcome.Failed) with { Reasons = [new string('x', 5000)], By = new string('b', 900) };
        report = report with { Checks = [.. report.Checks, new CheckResult("long", CheckOutcome.Warned, new string('f', 5000), new string('w', 5000), new string('d', 5000)) { Details = ["not in the ledger"] }] };

        Assert.Equal(1, Service(out _).Acknowledge(report).LedgerNumber);

        var entry = Assert.IsType<LedgerVerdict.Valid>(
            AcknowledgementVerifier.Verify(Assert.Single(_ledger.Read(1, 10)).Envelope, new LedgerExpectation("retail", "store-0042", _key.PublicKey, null))).Entry;
        Assert.Equal((AcknowledgementEvent.Preflight, "PreflightNoGo"), (entry.Event, entry.Reason));
        Assert.Equal(PreflightVerdict.NoGo, entry.Preflight!.Verdict);
        Assert.Equal(report.Checks.Select(check => (check.Check, check.Outcome)), entry.Preflight.Checks.Select(check => (check.Check, check.Outcome)));
        Assert.Equal(180_000, entry.DurationMs);
    }

    [Fact]
    public void Acknowledge_Go_EndsTheDeadlineAndNoGoKeepsIt()
    {
        var service = Service(out var limits);
        var order = new PreflightOrder("ann", CheckFixture.Now.AddMinutes(20), CheckFixture.Now.AddHours(12));
        service.Begin(order);

        service.Acknowledge(PreflightReportTests.Report(PreflightVerdict.NoGo, CheckOutcome.Failed));
        Assert.NotNull(limits.Current);
        service.Acknowledge(PreflightReportTests.Report(PreflightVerdict.Go, CheckOutcome.Passed));

        Assert.Null(limits.Current);
        Assert.Null(new ActivationLimits(_database).Current);
    }

    [Fact]
    public void Verify_EntryWithTooLongAText_IsRefusedByHq()
    {
        var happened = new Acknowledgement
        {
            Fleet = "retail",
            Site = "store-0042",
            Number = 1,
            At = CheckFixture.Now,
            Event = AcknowledgementEvent.Preflight,
            Preflight = PreflightReportTests.Report(PreflightVerdict.Go, CheckOutcome.Passed) with { By = new string('b', PreflightReport.MaxTextLength + 1) },
        };

        var signed = AcknowledgementSigner.Sign(happened, null, _key);

        Assert.IsType<LedgerVerdict.Malformed>(AcknowledgementVerifier.Verify(signed.Envelope.Span, new LedgerExpectation("retail", "store-0042", _key.PublicKey, null)));
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _key.Dispose();
        _folder.Dispose();
    }

    private PreflightService Service(out ActivationLimits limits)
    {
        limits = new ActivationLimits(_database);
        return new PreflightService(_database, _ledger, limits, _time);
    }
}
