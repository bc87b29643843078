namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>The agent runs, and has nothing to say against the site.</summary>
internal sealed class AgentCheck : ISiteCheck
{
    public string Name => "agent";

    public string Why => "Without a running agent nobody repairs drift and nothing new comes.";

    public Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Status.Live != true)
        {
            return Task.FromResult(CheckFinding.Warned(
                $"the agent does not run; it last wrote its state at {context.Status.At:u}", "'systemctl status edgesync' says why; 'systemctl start edgesync' starts it."));
        }

        // Clock, certificate and mirror have checks of their own, which say more.
        var notices = (context.Status.Notices ?? []).Where(notice => notice.Reason is not Contracts.ReasonCodes.ClockDoubted).ToList();
        return Task.FromResult(notices.Count == 0
            ? CheckFinding.Passed($"agent {context.Status.Agent} runs")
            : CheckFinding.Warned($"{notices[0].Message} ({notices[0].Reason})", notices[0].Hint) with { Details = [.. notices.Select(notice => $"{notice.Reason}: {notice.Message}")] });
    }
}
