using System.CommandLine;

namespace EdgeSync.Build.Verbs;

/// <summary><c>demo</c>: shows all of EdgeSync on this machine.</summary>
internal static class DemoVerb
{
    public static Command Create(BuildContext build)
    {
        var command = new Command("demo", "Start a cluster, a registry, a broker, HQ and a site, and show deliveries. Takes about two minutes with k3s installed; without it, the first run builds the node once (about 10 minutes on two cores). Options go to the demo, such as --once.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(parsed => build.RunProjectAsync("tools/demo", parsed.UnmatchedTokens));
        return command;
    }
}
