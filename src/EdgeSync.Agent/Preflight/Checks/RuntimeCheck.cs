namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>containerd: the container runtime answers.</summary>
internal sealed class RuntimeCheck(IRuntimeLook runtime) : ISiteCheck
{
    public string Name => "runtime";

    public string Why => "Without the container runtime no image is staged and no pod starts.";

    public async Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await runtime.GetVersionAsync(cancellationToken) is { } version
                ? CheckFinding.Passed($"{version} answers at '{context.Configuration.Runtime.SocketPath}'")
                : CheckFinding.Passed("this site asks no container runtime (runtime.endpoint: none)");
        }
        catch (Primitives.Failures.EdgeSyncException failure)
        {
            return CheckFinding.Failed($"the container runtime cannot be asked: {failure.Message} ({failure.Reason})", failure.Hint ?? "'systemctl status k3s' (or containerd) says more; check runtime.endpoint.");
        }
    }
}
