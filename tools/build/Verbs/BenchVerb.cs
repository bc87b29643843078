using System.CommandLine;

namespace EdgeSync.Build.Verbs;

/// <summary><c>bench</c>: measures what the binary costs.</summary>
internal static class BenchVerb
{
    public static Command Create(BuildContext build)
    {
        var command = new Command(
            "bench",
            "Measure the published binary on real parts. Takes the benchmarks' own options: --only NAME (binary, start, idle, requests, wire, release, peak, trust, apply), "
            + "--idle-minutes N, --runs N, --releases N, --before BINARY, --markdown FILE, --strict (a missed aim ends with 1).")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(parsed => build.RunProjectAsync("tests/EdgeSync.Benchmarks", parsed.UnmatchedTokens));
        return command;
    }
}
