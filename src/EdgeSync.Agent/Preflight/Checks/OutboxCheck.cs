namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>HQ has every acknowledgement.</summary>
internal sealed class OutboxCheck : ISiteCheck
{
    public string Name => "outbox";

    public string Why => "What HQ has not confirmed it does not know; it is sent when the link is back.";

    public Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken) => Task.FromResult(
        context.Configuration.Hq is null ? CheckFinding.Passed("this site has no HQ")
        : context.Status.OutboxLength == 0 ? CheckFinding.Passed($"HQ has confirmed all {context.Status.LedgerNumber} entries of the ledger")
        : CheckFinding.Warned($"HQ has not confirmed {context.Status.OutboxLength} of {context.Status.LedgerNumber} entries of the ledger", "'edgesync doctor' shows whether the broker can be reached."));
}
