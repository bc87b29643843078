using System.CommandLine;
using System.Text.Json;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync version</c>: shows what this binary is.</summary>
internal static class VersionCommand
{
    /// <summary>The agent's version, as the status and acknowledgements report it.</summary>
    public static string Current => BuildFacts.Current.Version;

    public static Command Create()
    {
        var output = OutputOption.Create();
        var command = new Command("version", "Print the version, the commit it was built from, the framework and the architecture.") { output };
        command.SetAction(parsed =>
        {
            Console.WriteLine(parsed.GetValue(output) == OutputFormat.Json
                ? JsonSerializer.Serialize(BuildFacts.Current, VersionJsonContext.Default.BuildFacts)
                : Words(BuildFacts.Current));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static string Words(BuildFacts facts) => $"""
        edgesync {facts.Version}
        commit        {facts.Commit}
        framework     {facts.Framework}{(facts.Native ? ", NativeAOT" : "")}
        runtime       {facts.Runtime}
        architecture  {facts.Architecture} ({facts.Platform})
        """;
}
