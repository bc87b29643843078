using System.CommandLine;

namespace EdgeSync.Build.Verbs;

/// <summary><c>demo</c>: the whole of EdgeSync on this machine.</summary>
internal static class DemoVerb
{
    public static Command Create(BuildContext build)
    {
        var command = new Command("demo", "Bring up cluster, registry, broker, HQ and a site, and show a delivery. Takes the demo's own options, such as --once.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(parsed => build.RunProjectAsync("tools/demo", parsed.UnmatchedTokens));
        return command;
    }
}
