using EdgeSync.Contracts.Checks;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Preflight;

/// <summary>Runs checks one after the other. What one cannot find out is its result and does not keep the others from looking.</summary>
internal sealed class CheckRunner(TimeProvider time)
{
    /// <summary>How long one check may take; hashing a cache takes as long as it takes.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public async Task<IReadOnlyList<CheckResult>> RunAsync(
        IEnumerable<ISiteCheck> checks, CheckContext context, IProgress<CheckResult> progress, CancellationToken cancellationToken)
    {
        var results = new List<CheckResult>();
        foreach (var check in checks)
        {
            var finding = await RunAsync(check, context, cancellationToken);
            var result = new CheckResult(check.Name, finding.Outcome, finding.Found, check.Why, finding.Do) { Details = finding.Details.Count > 0 ? finding.Details : null };
            results.Add(result);
            progress.Report(result);
        }

        return results;
    }

    private async Task<CheckFinding> RunAsync(ISiteCheck check, CheckContext context, CancellationToken cancellationToken)
    {
        var longest = check.TimeLimit ?? Longest;
        using var limit = new CancellationTokenSource(context.Deep ? Timeout.InfiniteTimeSpan : longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await check.RunAsync(context, either.Token);
        }
        catch (EdgeSyncException failure)
        {
            return CheckFinding.Failed($"{failure.Message} ({failure.Reason})", failure.Hint);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return CheckFinding.Failed($"no answer within {longest.TotalSeconds:0} s", "Look at the part of the site that this check asks.");
        }
    }
}
