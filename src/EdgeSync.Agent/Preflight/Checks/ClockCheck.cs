using EdgeSync.Contracts;

namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>Whether the machine's clock can be trusted.</summary>
internal sealed class ClockCheck(TimeProvider machine) : ISiteCheck
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public string Name => "clock";

    public string Why => "Certificates and releases are judged by the time; a wrong clock refuses what is valid.";

    public Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var doubt = context.Status.Notices?.FirstOrDefault(notice => notice.Reason == ReasonCodes.ClockDoubted);
        var now = machine.GetUtcNow();
        return Task.FromResult(
            doubt is not null ? CheckFinding.Failed(doubt.Message, doubt.Hint)
            : !context.Status.ClockTrusted ? CheckFinding.Failed("the site does not trust its clock", "Set the clock ('timedatectl').")
            : context.Now - now > Tolerance ? CheckFinding.Failed($"the machine's clock says {now:u}, but it is {context.Now:u} or later", "Set the clock ('timedatectl').")
            : CheckFinding.Passed($"the clock says {now:u}, and nothing shows that it is wrong"));
    }
}
