using EdgeSync.Agent.State;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>The site's database is whole, page by page.</summary>
internal sealed class DatabaseCheck(string path) : ISiteCheck
{
    private const int Named = 10;
    private const string Advice = "Stop the agent, move the file away and start again: the site fetches its releases again. Check the disk ('dmesg', SMART).";

    public string Name => "database";

    public string Why => "The site's memory of its releases, holds and acknowledgements is in it; a damaged one can stop the agent at its next start.";

    public Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken) => Task.FromResult(Check());

    private CheckFinding Check()
    {
        try
        {
            using var connection = SqliteDatabase.OpenToRead(path, SiteSchema.Steps.Count, SiteSchema.OldestReadable).Connect();
            using var check = connection.CreateCommand();
            check.CommandText = "PRAGMA quick_check(20)";
            using var reader = check.ExecuteReader();
            var faults = new List<string>();
            while (reader.Read())
            {
                faults.Add(reader.GetString(0));
            }

            return faults is ["ok"]
                ? CheckFinding.Passed($"'{path}' is whole")
                : CheckFinding.Failed($"'{path}' is damaged: {faults.FirstOrDefault()?.ReplaceLineEndings(" ")}", Advice) with { Details = [.. faults.Take(Named).Select(fault => fault.ReplaceLineEndings(" "))] };
        }
        catch (SqliteException failure)
        {
            return CheckFinding.Failed($"'{path}' cannot be read: {StateFailures.Describe(failure)}", Advice);
        }
    }
}
