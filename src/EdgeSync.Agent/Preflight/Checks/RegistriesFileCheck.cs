using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Setup;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>Whether k3s' registries.yaml, or containerd's hosts.toml, makes the container runtime ask the mirror first.</summary>
internal sealed class RegistriesFileCheck(SetupRequest request, IReadOnlyDictionary<string, string> environment) : ISiteCheck
{
    // The runtimes whose files are in a known place.
    private static readonly string[] KnownSockets = ["/run/k3s/containerd/containerd.sock", "/run/containerd/containerd.sock"];

    public string Name => "registries-yaml";

    public string Why => "A runtime that does not ask the mirror needs the link for every image.";

    public Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Configuration.Runtime.SocketPath is null)
        {
            return Task.FromResult(CheckFinding.Passed("this site asks no container runtime (runtime.endpoint: none)"));
        }

        if (!KnownSockets.Contains(context.Configuration.Runtime.SocketPath))
        {
            return Task.FromResult(CheckFinding.Passed("not looked at: runtime.endpoint is not that of k3s or containerd, whose files are in a known place; see the check 'images'"));
        }

        try
        {
            var plan = new SetupPlanner(request, environment).Plan();
            var needed = plan.Files.Where(file => file.IsNeeded).Select(file => file.Path).ToList();
            return Task.FromResult(needed.Count == 0
                ? CheckFinding.Passed($"{string.Join(", ", plan.Files.Select(file => file.Path))} name the mirror first") with { Details = plan.Notes }
                : CheckFinding.Failed($"{string.Join(", ", needed)}: the mirror is not named as it should be", "Run 'edgesync setup' as root, and restart the container runtime."));
        }
        catch (EdgeSyncException failure) when (failure is Failures.AgentException or ConfigurationException)
        {
            // Where neither k3s nor containerd keeps its files in the usual place, the checks of images and runtime decide.
            return Task.FromResult(failure.Reason == "SetupNoRuntime"
                ? CheckFinding.Warned(failure.Message, failure.Hint)
                : CheckFinding.Failed($"{failure.Message} ({failure.Reason})", failure.Hint));
        }
    }
}
