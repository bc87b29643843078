using EdgeSync.Agent.Commands;

namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>Nobody else holds changes.</summary>
internal sealed class HoldsCheck : ISiteCheck
{
    public string Name => "holds";

    public string Why => "A hold of somebody else keeps releases away, and that person may not know of this mission.";

    public Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var holds = (context.Status.Holds ?? []).Where(hold => hold.Channel is null || context.Only.Count == 0 || context.Only.Contains(hold.Channel)).ToList();
        var others = holds.Where(hold => hold.Owner != context.By).ToList();
        var details = holds.Select(HoldView.Describe).ToList();
        return Task.FromResult(others.Count > 0
            ? CheckFinding.Failed($"held: {HoldView.Describe(others[0])}", $"Ask {others[0].Owner}; 'edgesync hold clear --of {others[0].Owner}' ends it.") with { Details = details }
            : CheckFinding.Passed(holds.Count == 0 ? "nobody holds changes" : "only you hold changes") with { Details = details });
    }
}
