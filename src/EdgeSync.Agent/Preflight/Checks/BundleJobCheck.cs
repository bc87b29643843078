using EdgeSync.Kubernetes.Checks;
using EdgeSync.Kubernetes.Hooks;

namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>A Job that a bundle brings to check the site ends well.</summary>
/// <param name="channel">The bundle's channel.</param>
/// <param name="job">The Job, with its namespace.</param>
/// <param name="run">Runs and deletes it.</param>
internal sealed class BundleJobCheck(string channel, Hook job, Func<Hook, TimeSpan, CancellationToken, Task<BundleCheckResult>> run) : ISiteCheck
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    public string Name => BundleCheckNames.Of(channel, job.Job.Name);

    public string Why => "The bundle's own check says whether what it brings can do its work.";

    // Starting, reading the log and deleting come on top.
    public TimeSpan? TimeLimit => Limit + Margin;

    private TimeSpan Limit => job.Timeout ?? DefaultLimit;

    public async Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var result = await run(job, Limit, cancellationToken);
        return result.Problem is null
            ? CheckFinding.Passed($"{job.Job.Id} ended well")
            : CheckFinding.Failed(
                $"{job.Job.Id}: {result.Problem}", $"Look at the last lines of its log below; if it only needs longer, give it the annotation '{Hook.TimeoutAnnotation}'.") with { Details = result.Details };
    }
}
