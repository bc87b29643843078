using System.CommandLine;

namespace EdgeSync.Build.Verbs;

/// <summary><c>build</c>: compiles the solution, warnings as errors.</summary>
internal static class BuildVerb
{
    public static Command Create(BuildContext build)
    {
        var configuration = new Option<string>("--configuration", "-c")
        {
            Description = "Debug or Release.",
            DefaultValueFactory = _ => "Debug",
        };
        configuration.AcceptOnlyFromAmong("Debug", "Release");
        var command = new Command("build", "Compile everything; warnings are errors.") { configuration };
        command.SetAction(parsed => build.Shell.RunAsync(
            "dotnet", ["build", build.Repository.Solution, "-c", parsed.GetValue(configuration)!, "-v", "q", "--nologo"]));
        return command;
    }
}
