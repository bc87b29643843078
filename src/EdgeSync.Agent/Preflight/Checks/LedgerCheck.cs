using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.State;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>The chain of acknowledgements is whole, entry by entry.</summary>
internal sealed class LedgerCheck(string path) : ISiteCheck
{
    public string Name => "ledger";

    public string Why => "HQ accepts no entry behind a gap or a forged one: the site would be silent for good.";

    public async Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (!LedgerKey.IsMade(context.Configuration))
        {
            return CheckFinding.Warned("the site has no ledger key yet", "The agent makes it when it first runs, or 'edgesync enroll' does.");
        }

        using var key = await LedgerKey.LoadAsync(context.Configuration, cancellationToken);
        try
        {
            using var connection = SqliteDatabase.OpenToRead(path, SiteSchema.Steps.Count, SiteSchema.OldestReadable).Connect();
            var audit = LedgerAudit.Run(connection, Expect(context.Configuration), key.PublicKey);
            return audit.Fault is { } fault ? CheckFinding.Failed($"the ledger is broken: {fault}", "Keep a copy of the state directory and enrol the site again: it starts a new ledger with a new key.")
                : audit.Waiting > 0 ? CheckFinding.Warned($"{audit.Entries} entries are in order, and {audit.Waiting} of them wait for their signature", "Look at the hardware key ('edgesync status').")
                : CheckFinding.Passed($"all {audit.Entries} entries are signed and chained");
        }
        catch (SqliteException failure)
        {
            return CheckFinding.Failed($"the ledger cannot be read: {StateFailures.Describe(failure)}", "See the check 'database'.");
        }
    }

    private static (string Fleet, string Site) Expect(AgentConfiguration configuration) => (configuration.Fleet, configuration.Site);
}
