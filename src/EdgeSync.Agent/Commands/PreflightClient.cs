using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Agent.Preflight;
using EdgeSync.Contracts.Checks;

namespace EdgeSync.Agent.Commands;

/// <summary>
/// A preflight for the verb. A running agent makes it; if none runs, or it ends in the middle, this process makes it, or the rest of it.
/// </summary>
internal sealed class PreflightClient(AgentConfiguration configuration, TimeProvider machine)
{
    /// <summary>
    /// The report, and why it is not in the ledger, or null. Raises an <see cref="Failures.AgentException"/> where a preflight runs already or the request is not valid.
    /// </summary>
    public async Task<(PreflightReport Report, string? NotInLedger)> RunAsync(PreflightRequest request, IPreflightView view, CancellationToken cancellationToken)
    {
        var started = machine.GetUtcNow();
        var run = new PreflightRun(configuration, request, machine);
        using var daemon = new LocalApiClient(configuration.ControlSocket);
        await using var events = daemon.PreflightAsync(request, cancellationToken).GetAsyncEnumerator(cancellationToken);
        PreflightEvent? end = null;
        var isBegun = false;
        await view.ReloadAsync(async progress =>
        {
            try
            {
                while (await events.MoveNextAsync() && events.Current is { Check: null, Report: null })
                {
                    isBegun = true;
                    if (events.Current.Progress is { } step)
                    {
                        progress.Report(step);
                    }
                }

                end = events.Current;
            }
            catch (LocalApiException)
            {
                // None runs, or it was killed and comes back: whoever has the state lock then goes on with the reload.
                await run.ReloadAsync(progress, cancellationToken, isBegun);
            }
        });
        if (end is not null)
        {
            try
            {
                do
                {
                    end = events.Current;
                    if (end.Check is { } check)
                    {
                        view.Report(check);
                    }
                }
                while (await events.MoveNextAsync());
                return (end.Report!, end.NotInLedger);
            }
            catch (LocalApiException)
            {
                // It was killed during the checks, which this process can make as well.
            }
        }

        var report = await run.CheckAsync(started, view, cancellationToken);
        return (report, await run.TryAcknowledgeAsync(report, cancellationToken));
    }
}
