namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>k3s: the API server answers.</summary>
internal sealed class KubernetesCheck(IClusterLook cluster) : ISiteCheck
{
    public string Name => "kubernetes";

    public string Why => "Without the API server nothing can be applied, repaired or rolled back.";

    public async Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            return CheckFinding.Passed($"the API server answers, {await cluster.GetVersionAsync(cancellationToken)}");
        }
        catch (Primitives.Failures.EdgeSyncException failure)
        {
            return CheckFinding.Failed($"the API server cannot be asked: {failure.Message} ({failure.Reason})", $"{(failure.Hint is null ? "" : failure.Hint + " ")}'systemctl status k3s' and 'journalctl -u k3s' say more.");
        }
    }
}
