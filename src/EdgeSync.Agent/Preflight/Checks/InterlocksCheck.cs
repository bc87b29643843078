using EdgeSync.Agent.Interlocks;

namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>Every interlock allows changes now.</summary>
internal sealed class InterlocksCheck(IReadOnlyList<Interlock> interlocks, TimeProvider time) : ISiteCheck
{
    public string Name => "interlocks";

    public string Why => "While an interlock is closed, no activation begins, and nothing overrides it.";

    public async Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var asked = interlocks.Where(interlock => context.Sections.Any(channel => interlock.IsFor(channel.Name))).ToList();
        var findings = await Task.WhenAll(asked.Select(interlock => JudgeAsync(interlock, cancellationToken)));
        return CheckFinding.Worst(findings, asked.Count == 0 ? "this site has no interlock" : $"all {asked.Count} interlock(s) are open");
    }

    private async Task<CheckFinding> JudgeAsync(Interlock interlock, CancellationToken cancellationToken)
    {
        var answer = await interlock.AskAsync(time, cancellationToken);
        return answer.IsOpen
            ? CheckFinding.Passed("") with { Details = [$"{interlock.Name}: open"] }
            : CheckFinding.Failed(
                $"interlock {interlock.Name} is closed: {interlock.Describe(answer, "it says")}",
                interlock.Hint ?? "Bring the site into the state that this interlock asks for; releases go on by themselves then.");
    }
}
