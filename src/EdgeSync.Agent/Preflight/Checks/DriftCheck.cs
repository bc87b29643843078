using EdgeSync.Contracts.Plans;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>The cluster is what last-good says.</summary>
internal sealed class DriftCheck(Func<CancellationToken, Task<PlanDocument>> compare) : ISiteCheck
{
    private const int Named = 20;
    private const string NothingKnown = "NoReleaseKnown";

    public string Name => "drift";

    public string Why => "What differs from the release was not tested with it.";

    public async Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        PlanDocument document;
        try
        {
            document = await compare(cancellationToken);
        }
        catch (EdgeSyncException failure) when (failure.Reason == NothingKnown)
        {
            return CheckFinding.Passed("nothing has run here yet that could differ");
        }

        var channels = document.Channels.Where(channel => context.Only.Count == 0 || context.Only.Contains(channel.Channel)).ToList();
        return CheckFinding.Worst([.. channels.Select(Judge)], "the cluster is what the releases say");
    }

    private static CheckFinding Judge(ChannelPlan channel)
    {
        if (channel.Failure is { } failure)
        {
            return failure.Reason == NothingKnown
                ? CheckFinding.Passed("")
                : CheckFinding.Failed($"channel {channel.Channel} cannot be compared: {failure.Message} ({failure.Reason})", failure.Hint);
        }

        var drifted = channel.Objects.Where(item => item.Action is not (PlanAction.Unchanged or PlanAction.Kept)).ToList();
        return drifted.Count == 0
            ? CheckFinding.Passed("")
            : CheckFinding.Failed(
                $"channel {channel.Channel}: {drifted.Count} object(s) are not what the release says",
                "The agent repairs them by itself; 'edgesync diff' shows who changed what, 'edgesync status' what keeps the repair away.")
            with { Details = [.. drifted.Take(Named).Select(Describe)] };
    }

    private static string Describe(PlannedObject item) =>
        $"{item.Kind} {(item.Namespace is null ? "" : item.Namespace + "/")}{item.Name}: {item.Action.ToString().ToLowerInvariant()}{(item.Message is null ? "" : $", {item.Message}")}";
}
