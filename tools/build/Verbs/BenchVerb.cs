using System.CommandLine;

namespace EdgeSync.Build.Verbs;

/// <summary><c>bench</c>: what the binary costs.</summary>
internal static class BenchVerb
{
    public static Command Create(BuildContext build)
    {
        var command = new Command("bench", "Measure the published binary. Takes the benchmarks' own options.") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(parsed => build.RunProjectAsync("tests/EdgeSync.Benchmarks", parsed.UnmatchedTokens));
        return command;
    }
}
