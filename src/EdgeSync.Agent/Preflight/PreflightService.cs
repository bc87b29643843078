using EdgeSync.Agent.Failures;
using EdgeSync.Agent.State;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Agent.Preflight;

/// <summary>What the daemon does for a preflight, and the verb where none runs: it keeps the deadline, and writes the report into the ledger.</summary>
internal sealed class PreflightService(SqliteDatabase database, Ledger ledger, ActivationLimits limits, TimeProvider time)
{
    private const int MaxBy = 64;

    /// <summary>From now on no change begins that does not end before the deadline. It is on disk when this returns.</summary>
    public PreflightAnswer Begin(PreflightOrder order)
    {
        Check(order.By, order.Deadline);
        if (order.KeepOffUntil < order.Deadline)
        {
            throw Invalid($"the mission would end at {order.KeepOffUntil:u}, before the deadline {order.Deadline:u}");
        }

        limits.Set(new ActivationLimit(order.Deadline, order.KeepOffUntil, order.By));
        return new PreflightAnswer(ledger.Number);
    }

    /// <summary>Raises an <see cref="AgentException"/> where the name of who asks cannot be taken, or the deadline is over.</summary>
    public void Check(string by, DateTimeOffset? deadline)
    {
        if (by.Trim().Length == 0 || by.Length > MaxBy || by.Any(char.IsControl))
        {
            throw Invalid($"the name of who asks must have 1 to {MaxBy} characters on one line");
        }

        if (deadline <= time.GetUtcNow())
        {
            throw Invalid($"the deadline {deadline:u} is over: at this site it is {time.GetUtcNow():u}");
        }
    }

    /// <summary>Writes the report into the ledger, from where it goes to HQ. With GO the deadline is met and ends.</summary>
    public PreflightAnswer Acknowledge(PreflightReport report)
    {
        var draft = new AcknowledgementDraft(AcknowledgementEvent.Preflight, Release: null)
        {
            Reason = report.Verdict == PreflightVerdict.Go ? null : ReasonCodes.PreflightNoGo,
            Message = report.Verdict == PreflightVerdict.Go
                ? $"GO, asked by {report.By}: {report.Checks.Count} checks, {report.Checks.Count(check => check.Outcome == CheckOutcome.Warned)} with a warning"
                : $"NO-GO, asked by {report.By}: {string.Join("; ", report.Reasons)}",
            Duration = report.EndedAt - report.At,
            Preflight = ForLedger(report),
        };
        try
        {
            using var connection = database.Connect();
            using var transaction = connection.BeginTransaction();
            ledger.Append(connection, draft);
            transaction.Commit();
        }
        catch (SqliteException failure)
        {
            throw StateFailures.NotWritten(failure);
        }

        ledger.NotifyAppended();
        if (report.Verdict == PreflightVerdict.Go)
        {
            limits.Clear();
        }

        return new PreflightAnswer(ledger.Number);
    }

    /// <summary>The report within the limits of a ledger entry: HQ refuses a longer one, and with it all that follow.</summary>
    internal static PreflightReport ForLedger(PreflightReport report) => report with
    {
        By = Short(report.By)!,
        Hold = Short(report.Hold),
        Reasons = [.. report.Reasons.Take(PreflightReport.MaxChecks).Select(reason => Short(reason)!)],
        Checks =
        [
            .. report.Checks.Take(PreflightReport.MaxChecks).Select(check =>
                new CheckResult(Short(check.Check)!, check.Outcome, Short(check.Found)!, Short(check.Why)!, Short(check.Do))),
        ],
    };

    private static string? Short(string? text) => text is null ? null : ShortText.Of(text, PreflightReport.MaxTextLength);

    private static AgentException Invalid(string message) => new("PreflightInvalid", message)
    {
        ExitCode = ExitCodes.Usage,
        Hint = "Give a time that is still to come, or a duration such as 20m.",
    };
}

/// <summary>A request to keep a deadline.</summary>
/// <param name="By">Who asks.</param>
/// <param name="Deadline">By when a change must be over, UTC.</param>
/// <param name="KeepOffUntil">Until when a change that did not fit is kept away, UTC: the end of the mission.</param>
internal sealed record PreflightOrder(string By, DateTimeOffset Deadline, DateTimeOffset KeepOffUntil);

/// <summary>The answer to a request of a preflight.</summary>
/// <param name="LedgerNumber">The number of the newest entry of the ledger.</param>
internal sealed record PreflightAnswer(long LedgerNumber);
